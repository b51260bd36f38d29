import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Channels, integrations, and what leaves by them. */
export class Deliveries0000000000012 implements MigrationInterface {
  name = 'Deliveries0000000000012';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE channels (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL,
        kind text NOT NULL,
        -- Secrets sealed.
        config jsonb NOT NULL,
        enabled boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        version integer NOT NULL DEFAULT 1
      );
      CREATE UNIQUE INDEX channels_name ON channels (lower(name));

      -- Where one recipient gets the messages of a channel.
      CREATE TABLE destinations (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
        user_id uuid REFERENCES users ON DELETE CASCADE,
        team_id uuid REFERENCES teams ON DELETE CASCADE,
        -- Secrets sealed; {} where the kind has no address.
        address jsonb NOT NULL,
        enabled boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        version integer NOT NULL DEFAULT 1,
        CHECK (num_nonnulls(user_id, team_id) = 1)
      );
      CREATE INDEX destinations_channel ON destinations (channel_id);
      CREATE INDEX destinations_user ON destinations (user_id);
      CREATE INDEX destinations_team ON destinations (team_id);

      CREATE TABLE integrations (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL,
        kind text NOT NULL,
        -- Secrets sealed.
        config jsonb NOT NULL,
        enabled boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        version integer NOT NULL DEFAULT 1
      );
      CREATE UNIQUE INDEX integrations_name ON integrations (lower(name));

      -- Which events an integration forwards, and how.
      CREATE TABLE integration_subscriptions (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        integration_id uuid NOT NULL REFERENCES integrations ON DELETE CASCADE,
        name text NOT NULL,
        enabled boolean NOT NULL,
        -- \`incident\` or \`incident.opened\`; {}: all.
        events text[] NOT NULL,
        families text[] NOT NULL,
        least_importance text NOT NULL,
        -- Any of them fits; with none at all, everything does. What was deleted stays named and fits nothing.
        system_ids uuid[] NOT NULL,
        group_ids uuid[] NOT NULL,
        tags text[] NOT NULL,
        -- What the kind asks of a subscription, secrets sealed.
        options jsonb NOT NULL,
        -- In place of the message's own body.
        template text,
        version integer NOT NULL DEFAULT 1
      );
      CREATE UNIQUE INDEX integration_subscriptions_name ON integration_subscriptions (integration_id, lower(name));

      -- One for each channel and integration that something left by: who locks it hands out its deliveries.
      CREATE TABLE delivery_lanes (
        -- Of the channel or integration.
        id uuid PRIMARY KEY,
        -- The service wants to be left alone, or it is switched off (infinity).
        paused_until timestamptz,
        -- How many sends began in the minute that is counted.
        minute_from timestamptz NOT NULL DEFAULT now(),
        minute_count integer NOT NULL DEFAULT 0
      );

      CREATE TABLE deliveries (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        -- In the order of being written.
        number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        lane_id uuid NOT NULL,
        channel_id uuid REFERENCES channels ON DELETE SET NULL,
        destination_id uuid REFERENCES destinations ON DELETE SET NULL,
        integration_id uuid REFERENCES integrations ON DELETE SET NULL,
        subscription_id uuid REFERENCES integration_subscriptions ON DELETE SET NULL,
        -- Of the channel or integration, for when it is gone.
        lane_name text NOT NULL,
        -- waiting, sending; sent, dead, cancelled, superseded.
        state text NOT NULL DEFAULT 'waiting',
        message jsonb NOT NULL,
        -- For integrations: what the message was made of.
        event jsonb,
        -- One destination and collapse key: at most one is under way, in order.
        thread text NOT NULL,
        due_at timestamptz NOT NULL,
        give_up_at timestamptz NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        -- Attempts whose end nobody wrote down, since it was last sent on its way by hand.
        lost integer NOT NULL DEFAULT 0,
        leased_until timestamptz,
        -- What the last attempt said.
        last_error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz
      );
      CREATE INDEX deliveries_waiting ON deliveries (lane_id, due_at) WHERE state = 'waiting';
      CREATE INDEX deliveries_sending ON deliveries (lane_id, leased_until) WHERE state = 'sending';
      CREATE INDEX deliveries_thread ON deliveries (thread, number) WHERE state IN ('waiting', 'sending');
      CREATE INDEX deliveries_state ON deliveries (state, number);
      CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE ended_at IS NOT NULL;
      CREATE INDEX deliveries_channel ON deliveries (channel_id, number);
      CREATE INDEX deliveries_destination ON deliveries (destination_id);
      CREATE INDEX deliveries_integration ON deliveries (integration_id, number);
      CREATE INDEX deliveries_subscription ON deliveries (subscription_id);

      -- Written before anything leaves.
      CREATE TABLE delivery_attempts (
        delivery_id uuid NOT NULL REFERENCES deliveries ON DELETE CASCADE,
        number integer NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now(),
        -- sent, temporary, permanent, lost; NULL: under way.
        outcome text,
        duration_ms integer,
        -- What the service answered, without secrets.
        status integer,
        answer text,
        code text,
        error text,
        PRIMARY KEY (delivery_id, number)
      );

      -- What services call the thing that a thread tells of.
      CREATE TABLE delivery_threads (
        thread text PRIMARY KEY,
        lane_id uuid NOT NULL,
        receipt jsonb NOT NULL,
        at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX delivery_threads_at ON delivery_threads (at);

      UPDATE roles SET rules = rules || '{notifications.channel.read,notifications.delivery.read}'
        WHERE built_in AND name = 'editor';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE roles SET rules = array_remove(array_remove(rules, 'notifications.channel.read'), 'notifications.delivery.read')
        WHERE built_in AND name = 'editor';
      DROP TABLE delivery_threads, delivery_attempts, deliveries, delivery_lanes, integration_subscriptions,
        integrations, destinations, channels`);
  }
}

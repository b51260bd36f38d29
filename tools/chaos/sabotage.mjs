// Planted defects, to see the audit turn red. Each is a trigger in the database: the product does not know of it.

const plants = {
  /** One result in fifty is acknowledged and not stored. */
  drop: `
    CREATE FUNCTION chaos_drop() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF random() < 0.02 THEN RETURN NULL; END IF; RETURN NEW; END $$;
    CREATE TRIGGER chaos_drop BEFORE INSERT ON results FOR EACH ROW EXECUTE FUNCTION chaos_drop()`,
  /** One result in fifty is stored once more, under a slot beside its own. */
  double: `
    CREATE FUNCTION chaos_double() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN
        IF pg_trigger_depth() = 1 AND random() < 0.02 THEN
          NEW.slot := NEW.slot + interval '1 ms';
          INSERT INTO results SELECT NEW.*;
        END IF;
        RETURN NULL;
      END $$;
    CREATE TRIGGER chaos_double AFTER INSERT ON results FOR EACH ROW EXECUTE FUNCTION chaos_double()`,
  /** One change of a slice's state in five is skipped. */
  skip: `
    CREATE FUNCTION chaos_skip() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.subject_kind = 0 AND random() < 0.2 THEN RETURN NULL; END IF; RETURN NEW; END $$;
    CREATE TRIGGER chaos_skip BEFORE INSERT ON state_intervals FOR EACH ROW EXECUTE FUNCTION chaos_skip()`,
  /** One result in twenty changes places with the one before it. */
  swap: `
    CREATE FUNCTION chaos_swap() RETURNS trigger LANGUAGE plpgsql AS
      $$ DECLARE before results;
      BEGIN
        SELECT * INTO before FROM results
        WHERE slice_number = NEW.slice_number AND attempt = 0 AND slot < NEW.slot ORDER BY slot DESC LIMIT 1;
        IF random() < 0.05 AND before.satellite_number = NEW.satellite_number THEN
          UPDATE results SET (facts, fact_template, fact_values) = (NEW.facts, NEW.fact_template, NEW.fact_values)
          WHERE slice_number = before.slice_number AND attempt = 0 AND slot = before.slot;
          NEW.facts := before.facts;
          NEW.fact_template := before.fact_template;
          NEW.fact_values := before.fact_values;
        END IF;
        RETURN NEW;
      END $$;
    CREATE TRIGGER chaos_swap BEFORE INSERT ON results FOR EACH ROW WHEN (NEW.attempt = 0) EXECUTE FUNCTION chaos_swap()`,
};

export const sabotages = Object.keys(plants);

export async function plant(pool, name) {
  await pool.query(plants[name]);
}

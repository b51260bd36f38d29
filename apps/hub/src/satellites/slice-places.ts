// Where a slice runs, in words. Whoever reads slices with a name joins this: `s` is the slice, `e` its environment.

/** `own` is its satellite, where each has one of its own; `l` is its location, which a slice by tag has not. */
export const placeJoins = `
  LEFT JOIN satellites own ON own.id = s.satellite_id
  LEFT JOIN locations l ON l.id = coalesce(s.location_id, own.location_id)`;

/** `Berlin`, `Berlin · sat-1`, `tag eu-edge` */
export const placeName = `coalesce('tag ' || s.tag, l.name || coalesce(' · ' || own.name, ''))`;

/** The same with the environment behind: `Berlin (staging)`. */
export const placeInEnvironment = `${placeName} || coalesce(' (' || e.name || ')', '')`;

SELECT
    plantings._record,
    records.let_date AS plot_let_date
FROM plantings
LEFT JOIN records ON records.plot_id = plantings.plot_id

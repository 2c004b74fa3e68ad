SELECT
    records._record,
    COUNT(plantings.crop) AS crops
FROM records
LEFT JOIN plantings ON plantings.plot_id = records.plot_id
GROUP BY records._record

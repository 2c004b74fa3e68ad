-- Pathways by whole weeks waited, in the 105 bands of the published file; a band that nobody is in has no row.
--
-- In:  lines; rtt_bands.
-- Out: one row a month, provider, part, treatment function and band.
SELECT
    lines.month,
    lines.provider,
    lines.part,
    lines.treatment_function,
    rtt_bands.band,
    COUNT(*) AS pathways
FROM lines
INNER JOIN rtt_bands
    ON lines.days >= CAST(rtt_bands.from_day AS INT) AND lines.days <= CAST(rtt_bands.to_day AS INT)
GROUP BY lines.month, lines.provider, lines.part, lines.treatment_function, rtt_bands.band, rtt_bands.place
ORDER BY lines.month DESC, lines.provider, lines.part, lines.treatment_function, CAST(rtt_bands.place AS INT)

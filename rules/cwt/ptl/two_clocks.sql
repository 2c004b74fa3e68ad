-- The RTT clock beside the cancer clock, as it is shown: those that do not fit together first.
--
-- In:  rtt_clocks.
-- Out: one row an open pathway with an RTT pathway.
SELECT
    pathway,
    site,
    route,
    start,
    days_62,
    rtt_start,
    rtt_weeks,
    rtt_status,
    rtt_clock,
    rtt_stopped_on,
    clocks_differ,
    file,
    row
FROM rtt_clocks
ORDER BY CASE WHEN rtt_clock = 'stopped' THEN 0 WHEN clocks_differ IS NOT NULL THEN 1 ELSE 2 END, rtt_weeks DESC, file, row

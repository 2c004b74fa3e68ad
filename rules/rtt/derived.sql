-- Facts of one RTT status event.
--
-- In:  records, one row an event.
-- Out: one row an event:
--   pathway_key  text  holds the events of a pathway together: pathway identifier with its issuer
--   pathway_id   text  the same, as it may be shown
--   is_running   bool  the event belongs to a period whose clock runs: it starts one (10, 11, 12), or more is expected (20, 21);
--                      99, not yet known, counts as 20 until it is corrected; so does a missed first appointment (33) of an urgent
--                      suspected cancer referral, priority 3 (NHS Data Dictionary: REFERRAL TO TREATMENT PERIOD)
--   is_start     bool  10, 11 or 12
--   may_stop     bool  30 to 36, but for 33 with priority 3; 33 stops a clock only where it is first in its period (pathways.sql)
--   is_admitted  bool  treatment began with an admission: 30 on an admission (inferred: the parts of the published file)
--   stop_day     date  the day on which a stop takes effect: the recorded end; of a death its date; else the day of the event
--   event_order  text  the events of a pathway in order: by day, on one day the stop last, then as the file has them (inferred)
--   trust        text  the provider, three letters of its code
SELECT
    _record,
    CASE
        WHEN pathway_identifier IS NOT NULL THEN CONCAT(UPPER(pathway_issuer), '/', UPPER(pathway_identifier))
    END AS pathway_key,
    CASE
        WHEN pathway_issuer IS NULL THEN pathway_identifier
        WHEN pathway_identifier IS NOT NULL THEN CONCAT(pathway_issuer, '/', pathway_identifier)
    END AS pathway_id,
    rtt_status IN ('10', '11', '12', '20', '21', '99')
        OR (rtt_status = '33' AND COALESCE(referral_priority = '3', FALSE)) AS is_running,
    rtt_status IN ('10', '11', '12') AS is_start,
    rtt_status IN ('30', '31', '32', '34', '35', '36')
        OR (rtt_status = '33' AND NOT COALESCE(referral_priority = '3', FALSE)) AS may_stop,
    COALESCE(rtt_status = '30' AND event_type = 'admission', FALSE) AS is_admitted,
    CASE
        WHEN rtt_status IN ('30', '31', '32', '33', '34', '35', '36')
            THEN COALESCE(period_end_date, CASE WHEN rtt_status = '36' THEN death_date END, event_date)
    END AS stop_day,
    CONCAT(
        CAST(event_date AS VARCHAR),
        CASE WHEN rtt_status IN ('30', '31', '32', '33', '34', '35', '36') THEN '1' ELSE '0' END,
        LPAD(CAST(_record AS VARCHAR), 10, '0')
    ) AS event_order,
    UPPER(LEFT(provider, 3)) AS trust
FROM records

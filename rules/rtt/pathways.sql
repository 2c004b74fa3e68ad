-- Periods of a pathway: a period ends with each stop (30 to 36), and the events after it belong to the next one. A missed
-- appointment (33) is a stop only where the clock has had no event before it in the period: a later one stops nothing (NHS Data
-- Dictionary: REFERRAL TO TREATMENT PERIOD).
--
-- In:  records with the columns of derived.sql. Events that are planned for a later day than the figures are of have not happened.
-- Out: one row an event:
--   is_stop         bool  it stops the clock
--   event_number    int   its number in the pathway
--   period          int   how many stops lie before it: 0 in the first period
--   is_in_period    bool  its period has a clock, and the event is one of it
--   carries_period  bool  the last event of its period: the stop, or the latest event while the clock runs
--   has_start       bool  the first period of a pathway, one after a missed first appointment, or one with a start code (10, 11, 12)
--   period_start    date  the day on which its clock starts
--   period_stop     date  the day on which its clock stops; on the event that carries the period
--   previous_stop   text  the code of the stop before it
--   previous_stop_day  date  the day on which that stop took effect
--   last_code       text  the code of the latest running event of the period
--   starts_before   int   1 if a start code of its period lies before it
--   first_in_period bool  no event with a clock lies before it in its period
--   no_line         text  why the event carries no wait: `planned`, `no-clock`, `not-last-of-period`; NULL: it carries one
--   period_fault    text  why the wait that it carries cannot be counted, the first that applies; NULL: it can
--   has_open_clock  bool  the clock of its period runs before it: an event with a clock lies before it, and its period has not ended
WITH
numbered AS (
    SELECT
        _record,
        pathway_key,
        event_date,
        rtt_status,
        referral_received_date,
        appointment_accepted_date,
        period_start_date,
        is_start,
        is_running,
        may_stop,
        stop_day,
        is_running OR may_stop AS has_clock,
        ROW_NUMBER() OVER (PARTITION BY pathway_key ORDER BY event_order) AS event_number
    FROM records
    WHERE pathway_key IS NOT NULL AND event_date <= as_at()
),
-- Before each missed appointment: the last event that left the clock running, and the last that stopped it.
before_missed AS (
    SELECT
        missed._record AS missed_record,
        MAX(CASE WHEN other_running AND other_number < event_number THEN other_number END) AS ran,
        MAX(CASE WHEN NOT other_running AND other_number < event_number THEN other_number END) AS ended
    FROM numbered AS missed
    INNER JOIN (
        SELECT pathway_key AS other_pathway, event_number AS other_number, is_running AS other_running
        FROM numbered
        WHERE is_running OR (may_stop AND rtt_status <> '33')
    ) AS others ON other_pathway = missed.pathway_key
    WHERE rtt_status = '33'
    GROUP BY missed._record
),
ordered AS (
    SELECT
        numbered.*,
        may_stop AND NOT COALESCE(ran > COALESCE(ended, 0), FALSE) AS is_stop
    FROM numbered
    LEFT JOIN before_missed ON missed_record = numbered._record
),
stops AS (
    SELECT
        pathway_key AS stopped_pathway,
        event_number AS stop_number,
        rtt_status AS stop_code,
        stop_day AS stopped_on
    FROM ordered
    WHERE is_stop
),
placed AS (
    SELECT
        ordered._record,
        COUNT(CASE WHEN stop_number < event_number THEN 1 END) AS period,
        MAX(CASE WHEN stop_number < event_number THEN stop_number END) AS previous_number
    FROM ordered
    LEFT JOIN stops ON stopped_pathway = ordered.pathway_key
    GROUP BY ordered._record
),
events AS (
    SELECT
        ordered.*,
        placed.period,
        stop_code AS previous_stop,
        stopped_on AS previous_stop_day,
        CONCAT(ordered.pathway_key, ' ', CAST(placed.period AS VARCHAR)) AS period_key
    FROM ordered
    INNER JOIN placed ON placed._record = ordered._record
    LEFT JOIN stops ON stopped_pathway = ordered.pathway_key AND stop_number = previous_number
),
periods AS (
    SELECT
        period_key AS of_period,
        MAX(CASE WHEN has_clock THEN event_number END) AS last_number,
        MIN(CASE WHEN has_clock THEN event_number END) AS first_number,
        MIN(CASE WHEN is_start THEN event_number END) AS start_number,
        MIN(period_start_date) AS recorded_start,
        MIN(referral_received_date) AS received,
        MIN(appointment_accepted_date) AS accepted,
        MIN(CASE WHEN rtt_status = '11' THEN event_date END) AS decided,
        MIN(CASE WHEN rtt_status = '11' THEN event_number END) AS decided_number,
        -- A date of receipt that is repeated on every row is that of the first referral.
        MIN(CASE
            WHEN rtt_status <> '12' THEN NULL
            WHEN referral_received_date > previous_stop_day THEN referral_received_date
            ELSE event_date
        END) AS referred_on,
        MIN(CASE WHEN rtt_status = '10' THEN event_date END) AS restarted
    FROM events
    GROUP BY period_key
),
running AS (
    SELECT period_key AS run_period, rtt_status AS last_code
    FROM (
        SELECT
            period_key,
            rtt_status,
            event_number,
            MAX(event_number) OVER (PARTITION BY period_key) AS newest
        FROM events
        WHERE has_clock AND NOT is_stop
    ) AS ran
    WHERE event_number = newest
),
-- After a missed first appointment that was never booked again no clock runs, so that a discharge ends none.
unbooked AS (
    SELECT
        events._record AS unbooked_record,
        COALESCE(
            previous_stop = '33'
                AND rtt_status IN ('34', '35', '36')
                AND event_number = first_number
                AND accepted IS NULL
                AND recorded_start IS NULL,
            FALSE
        ) AS ended_unbooked
    FROM events
    INNER JOIN periods ON of_period = period_key
),
worked AS (
    SELECT
        events._record AS worked_record,
        is_stop,
        event_number,
        period,
        COALESCE(has_clock AND NOT ended_unbooked, FALSE) AS is_in_period,
        COALESCE(event_number = last_number AND NOT ended_unbooked, FALSE) AS carries_period,
        period = 0 OR start_number IS NOT NULL OR COALESCE(previous_stop = '33', FALSE) AS has_start,
        CASE
            WHEN NOT has_clock THEN NULL
            WHEN recorded_start IS NOT NULL THEN recorded_start
            -- The active monitoring before it is not in the file: the clock starts with the decision to treat (inferred).
            WHEN period = 0 AND decided_number = first_number THEN decided
            WHEN period = 0 THEN received
            WHEN previous_stop = '33' THEN COALESCE(accepted, previous_stop_day)
            ELSE COALESCE(decided, referred_on, restarted)
        END AS period_start,
        CASE WHEN is_stop THEN stop_day END AS period_stop,
        previous_stop,
        previous_stop_day,
        last_code,
        CASE WHEN start_number < event_number THEN 1 ELSE 0 END AS starts_before,
        COALESCE(event_number = first_number, FALSE) AS first_in_period,
        COALESCE(first_number < event_number, FALSE) AS has_open_clock
    FROM events
    INNER JOIN periods ON of_period = period_key
    INNER JOIN unbooked ON unbooked_record = events._record
    LEFT JOIN running ON run_period = period_key
)
SELECT
    records._record,
    worked.*,
    CASE
        WHEN event_date > as_at() THEN 'planned'
        WHEN NOT COALESCE(is_in_period, FALSE) THEN 'no-clock'
        WHEN NOT carries_period THEN 'not-last-of-period'
    END AS no_line,
    CASE
        WHEN measurement_type <> '01' THEN 'not-consultant-led'
        WHEN NOT has_start THEN 'no-start-code'
        WHEN period_start IS NULL THEN 'no-start-date'
        WHEN trust IS NULL THEN 'no-provider'
        WHEN COALESCE(period_stop, as_at()) < period_start THEN 'negative-wait'
    END AS period_fault
FROM records
LEFT JOIN worked ON worked_record = records._record

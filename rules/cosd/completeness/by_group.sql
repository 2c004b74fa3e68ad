-- By month of diagnosis, tumour group and item. `excluded` are tumours that the item is not due for. A threshold is the trust's own,
-- from lookups/completeness_thresholds.csv: no national one was found.
WITH counts AS (
    SELECT
        month,
        tumour_group,
        item,
        item_order,
        COUNT(item) AS tumours,
        SUM(CASE WHEN is_due THEN 0 ELSE 1 END) AS excluded,
        SUM(CASE WHEN is_due THEN 1 ELSE 0 END) AS denominator,
        SUM(CASE WHEN is_due AND is_present THEN 1 ELSE 0 END) AS present,
        SUM(CASE WHEN is_due AND is_informative THEN 1 ELSE 0 END) AS informative
    FROM items
    GROUP BY month, tumour_group, item, item_order
),
shares AS (
    SELECT
        counts.*,
        CAST(informative AS DOUBLE) / NULLIF(denominator, 0) AS share,
        CAST(completeness_thresholds.share AS DOUBLE) AS threshold,
        completeness_thresholds.source AS threshold_source
    FROM counts
    LEFT JOIN completeness_thresholds ON completeness_thresholds.item = counts.item
)
SELECT
    month,
    tumour_group,
    item,
    tumours,
    excluded,
    denominator,
    present,
    informative,
    share,
    threshold,
    CASE WHEN share >= threshold THEN 'yes' WHEN share < threshold THEN 'no' END AS reached,
    threshold_source
FROM shares
ORDER BY month, tumour_group, item_order

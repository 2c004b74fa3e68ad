-- How months filled up since the files of --earlier: the same tumours then and now, by month of diagnosis, group and item.
-- `earlier` is the table `items` of those files; without such files it is empty, and so is this. A tumour is the same by the id of its
-- record, which stays the same in later files.
WITH
was AS (
    SELECT
        pathway,
        item,
        MAX(CASE WHEN is_due AND is_informative THEN 1 ELSE 0 END) AS informative_then
    FROM earlier
    GROUP BY pathway, item
),
given AS (
    SELECT COUNT(pathway) AS rows_then FROM earlier
),
both AS (
    SELECT
        items.month, items.tumour_group, items.item, items.item_order,
        was.informative_then,
        CASE WHEN items.is_informative THEN 1 ELSE 0 END AS informative_now
    FROM items
    LEFT JOIN was ON was.pathway = items.pathway AND was.item = items.item
    CROSS JOIN given
    WHERE items.is_due AND given.rows_then > 0
)
SELECT
    month,
    tumour_group,
    item,
    COUNT(item) AS denominator,
    SUM(CASE WHEN informative_then IS NULL THEN 1 ELSE 0 END) AS new_tumours,
    SUM(COALESCE(informative_then, 0)) AS informative_then,
    SUM(informative_now) AS informative_now,
    SUM(CASE WHEN informative_then = 0 AND informative_now = 1 THEN 1 ELSE 0 END) AS filled,
    SUM(CASE WHEN informative_then = 1 AND informative_now = 0 THEN 1 ELSE 0 END) AS lost
FROM both
GROUP BY month, tumour_group, item, item_order
ORDER BY month, tumour_group, item_order

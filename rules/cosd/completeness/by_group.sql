-- By month of diagnosis, tumour group and item. `excluded` are tumours that the item is not due for.
SELECT
    month,
    tumour_group,
    item,
    COUNT(item) AS tumours,
    SUM(CASE WHEN is_due THEN 0 ELSE 1 END) AS excluded,
    SUM(CASE WHEN is_due THEN 1 ELSE 0 END) AS denominator,
    SUM(CASE WHEN is_due AND is_present THEN 1 ELSE 0 END) AS present,
    SUM(CASE WHEN is_due AND is_informative THEN 1 ELSE 0 END) AS informative
FROM items
GROUP BY month, tumour_group, item, item_order
ORDER BY month, tumour_group, item_order

/*
description: All tables of usage add up to the same requests, bytes and costs as the requests they come from.
*/
with attributed as (
    select
        count(*) as requests,
        coalesce(sum(bytes), 0) as bytes,
        coalesce(sum(cost_usd_low), 0) as cost_usd_low,
        coalesce(sum(cost_usd_high), 0) as cost_usd_high
    from {{ref "usage_attributed"}}
),

totals as (
{{#each (list "usage_by_ip" "usage_by_vendor" "usage_by_image" "usage_by_day" "usage_general") as |table|}}
    {{#unless @first}}
    union all
    {{/unless}}
    select
        '{{table}}' as table_name,
        coalesce(sum(requests), 0) as requests,
        coalesce(sum(bytes), 0) as bytes,
        coalesce(sum(cost_usd_low), 0) as cost_usd_low,
        coalesce(sum(cost_usd_high), 0) as cost_usd_high
    from {{ref table}}
{{/each}}
)

select
    totals.table_name,
    totals.requests,
    totals.bytes,
    totals.cost_usd_low,
    totals.cost_usd_high
from totals
cross join attributed
where
    totals.requests != attributed.requests
    or totals.bytes != attributed.bytes
    or totals.cost_usd_low != attributed.cost_usd_low
    or totals.cost_usd_high != attributed.cost_usd_high

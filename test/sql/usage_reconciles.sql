/*
description: For each family, what the log has and what was left out of it is what the reconciliation accounts for.
*/
with accounted as (
    select
        family,
        sum(requests) as requests,
        sum(bytes) as bytes
    from {{ref "usage_reconciliation"}}
    group by family
),

records as (
    select
        family,
        count(*) as requests,
        sum(coalesce(sc_bytes, 0)) as bytes
    from {{ref "usage_all_raw"}}
    group by family
    union all
    select
        family,
        requests,
        bytes
    from {{ref "usage_left_out"}}
),

expected as (
    select
        family,
        sum(requests) as requests,
        sum(bytes) as bytes
    from records
    group by family
)

select
    accounted.family,
    accounted.requests,
    accounted.bytes,
    expected.requests as expected_requests,
    expected.bytes as expected_bytes
from accounted
left join expected
    on accounted.family = expected.family
where
    accounted.requests != coalesce(expected.requests, 0)
    or accounted.bytes != coalesce(expected.bytes, 0)

/*
description: >-
  Where every row and byte of the files went, per address family: exact. Each family has each outcome, with 0 where nothing went there.
materialized: table
grain: [family, outcome]
published: true
summary: true
tags: [report]
columns:
  family:   {type: string, pii: none, tests: [{accepted_values: [ipv4, ipv6, none]}], description: "ipv4, ipv6, or none without a readable address."}
  outcome:
    type: string
    pii: none
    tests: [{accepted_values: [attributed, without_vendor, outside_period, duplicate, rejected]}]
    description: "attributed to a vendor, without_vendor, outside_period, duplicate or rejected."
  requests: {type: int64, pii: none, tests: [{expression: requests >= 0}], description: "Rows of the files."}
  bytes:    {type: int64, pii: none, tests: [not_null], description: "Their bytes."}
*/
with records as (
    select
        family,
        count(*) as requests,
        sum(coalesce(sc_bytes, 0)) as bytes
    from {{ref "usage_all_raw"}}
    group by family
),

attributed as (
    select
        family,
        vendor,
        bytes
    from {{ref "usage_attributed"}}
),

left_out as (
    select
        family,
        outcome,
        requests,
        bytes
    from {{ref "usage_left_out"}}
),

in_period as (
    select
        family,
        if(vendor = 'unknown', 'without_vendor', 'attributed') as outcome,
        count(*) as requests,
        sum(bytes) as bytes
    from attributed
    group by family, outcome
),

in_period_by_family as (
    select
        family,
        sum(requests) as requests,
        sum(bytes) as bytes
    from in_period
    group by family
),

outside_period as (
    select
        records.family,
        'outside_period' as outcome,
        records.requests - coalesce(in_period_by_family.requests, 0) as requests,
        records.bytes - coalesce(in_period_by_family.bytes, 0) as bytes
    from records
    left join in_period_by_family
        on records.family = in_period_by_family.family
),

found as (
    select family, outcome, requests, bytes from in_period
    union all
    select family, outcome, requests, bytes from outside_period
    union all
    select family, outcome, requests, bytes from left_out
),

families as (
    select 'ipv4' as family
    union all
    select 'ipv6' as family
    union all
    select 'none' as family
),

outcomes as (
    select 'attributed' as outcome
    union all
    select 'without_vendor' as outcome
    union all
    select 'outside_period' as outcome
    union all
    select 'duplicate' as outcome
    union all
    select 'rejected' as outcome
),

final as (
    select
        families.family,
        outcomes.outcome,
        coalesce(found.requests, 0) as requests,
        coalesce(found.bytes, 0) as bytes
    from families
    cross join outcomes
    left join found
        on families.family = found.family
        and outcomes.outcome = found.outcome
)

select * from final

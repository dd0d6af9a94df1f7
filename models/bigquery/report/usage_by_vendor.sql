/*
description: Who downloads how much, and what it costs. The vendor unknown holds everything that the seed does not name.
materialized: table
grain: vendor
published: true
summary: true
tags: [report]
columns:
  vendor:             {type: string, pii: none, description: "Vendor by the seed, else unknown."}
  requests:           {type: int64, pii: none, tests: [{expression: requests > 0}], description: "Requests of the period."}
  distinct_addresses: {type: int64, pii: none, tests: [{expression: distinct_addresses >= 0}], description: "Distinct readable client addresses."}
  bytes:              {type: int64, pii: none, tests: [not_null], description: "Bytes sent."}
  cost_usd_low:       {type: numeric, pii: none, tests: [not_null], description: "Lowest cost."}
  cost_usd_high:      {type: numeric, pii: none, tests: [not_null], description: "Highest cost."}
  share_of_bytes:     {type: float64, pii: none, description: "Part of all bytes, 0 to 1; null where there are none."}
*/
with addresses as (
    select
        vendor,
        family,
        requests,
        bytes,
        cost_usd_low,
        cost_usd_high
    from {{ref "usage_by_ip"}}
),

vendors as (
    select
        vendor,
        sum(requests) as requests,
        countif(family != 'none') as distinct_addresses,
        sum(bytes) as bytes,
        sum(cost_usd_low) as cost_usd_low,
        sum(cost_usd_high) as cost_usd_high
    from addresses
    group by vendor
),

total as (
    select sum(bytes) as bytes
    from vendors
),

final as (
    select
        vendors.vendor,
        vendors.requests,
        vendors.distinct_addresses,
        vendors.bytes,
        vendors.cost_usd_low,
        vendors.cost_usd_high,
        safe_divide(vendors.bytes, total.bytes) as share_of_bytes
    from vendors
    cross join total
)

select * from final

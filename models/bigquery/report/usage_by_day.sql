/*
description: >-
  Traffic over days, by vendor. A vendor that fewer than min_group addresses of a day belong to is merged into that day's row other, which
  takes in the next smallest vendor until it is large enough. A day that is smaller than that as a whole is put together with the next
  smallest, under the first date of them; a table that is smaller is one row.
materialized: table
grain: [usage_date, vendor]
published: true
tags: [report]
columns:
  usage_date:         {type: date, pii: none, description: "UTC day; the first of them where days are put together."}
  vendor:             {type: string, pii: none, description: "Vendor by the seed, unknown, or other."}
  requests:           {type: int64, pii: {aggregate: {min_group: min_group, size: distinct_addresses}}, tests: [{expression: requests > 0}], description: "Requests."}
  distinct_addresses: {type: int64, pii: {aggregate: {min_group: min_group, size: distinct_addresses}}, tests: [not_null], description: "Distinct readable client addresses."}
  bytes:              {type: int64, pii: {aggregate: {min_group: min_group, size: distinct_addresses}}, tests: [not_null], description: "Bytes sent."}
  cost_usd_low:       {type: numeric, pii: {aggregate: {min_group: min_group, size: distinct_addresses}}, tests: [not_null], description: "Lowest cost."}
  cost_usd_high:      {type: numeric, pii: {aggregate: {min_group: min_group, size: distinct_addresses}}, tests: [not_null], description: "Highest cost."}
*/
with requests as (
    select
        usage_date,
        vendor,
        c_ip,
        bytes,
        cost_usd_low,
        cost_usd_high
    from {{ref "usage_attributed"}}
),

addresses as (
    select
        usage_date,
        vendor,
        c_ip,
        count(*) as requests,
        sum(bytes) as bytes,
        sum(cost_usd_low) as cost_usd_low,
        sum(cost_usd_high) as cost_usd_high
    from requests
    group by usage_date, vendor, c_ip
),

day_addresses as (
    select
        'all' as part,
        usage_date,
        c_ip
    from addresses
    group by usage_date, c_ip
),

{{> merged_groups name="day" addresses="day_addresses" keys="usage_date"}},

first_merged_day as (
    select min(usage_date) as usage_date
    from day_merged
    where is_merged
),

dated as (
    select
        if(day_merged.is_merged, first_merged_day.usage_date, addresses.usage_date) as part,
        addresses.vendor,
        addresses.c_ip,
        addresses.requests,
        addresses.bytes,
        addresses.cost_usd_low,
        addresses.cost_usd_high
    from addresses
    inner join day_merged
        on addresses.usage_date = day_merged.usage_date
    cross join first_merged_day
),

{{> merged_groups name="vendor" addresses="dated" keys="vendor"}},

named as (
    select
        dated.part as usage_date,
        if(vendor_merged.is_merged, 'other', dated.vendor) as vendor,
        dated.c_ip,
        dated.requests,
        dated.bytes,
        dated.cost_usd_low,
        dated.cost_usd_high
    from dated
    inner join vendor_merged
        on dated.part = vendor_merged.part
        and dated.vendor = vendor_merged.vendor
),

final as (
    select
        usage_date,
        vendor,
        sum(requests) as requests,
        count(distinct c_ip) as distinct_addresses,
        sum(bytes) as bytes,
        sum(cost_usd_low) as cost_usd_low,
        sum(cost_usd_high) as cost_usd_high
    from named
    group by usage_date, vendor
)

select * from final

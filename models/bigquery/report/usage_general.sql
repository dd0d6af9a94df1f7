/*
description: General statistics of the period, one row; none where the period has no request.
materialized: table
grain: first_date
published: true
tags: [report]
columns:
  first_date:         {type: date, pii: none, description: "UTC day of the first request."}
  last_date:          {type: date, pii: none, tests: [not_null], description: "UTC day of the last request."}
  requests:           {type: int64, pii: none, tests: [{expression: requests > 0}], description: "Requests."}
  distinct_addresses: {type: int64, pii: none, tests: [not_null], description: "Distinct readable client addresses."}
  images:             {type: int64, pii: none, tests: [not_null], description: "Distinct objects, counted per bucket."}
  buckets:            {type: int64, pii: none, tests: [not_null], description: "Distinct buckets."}
  bytes:              {type: int64, pii: none, tests: [not_null], description: "Bytes sent."}
  bytes_with_vendor:  {type: int64, pii: none, tests: [not_null], description: "Those of them that went to a vendor."}
  cost_usd_low:       {type: numeric, pii: none, tests: [not_null], description: "Lowest cost."}
  cost_usd_high:      {type: numeric, pii: none, tests: [not_null], description: "Highest cost."}
*/
with requests as (
    select
        usage_date,
        c_ip,
        bucket,
        image,
        vendor,
        bytes,
        cost_usd_low,
        cost_usd_high
    from {{ref "usage_attributed"}}
),

images as (
    select
        bucket,
        image
    from requests
    group by bucket, image
),

image_count as (
    select count(*) as images
    from images
),

totals as (
    select
        min(usage_date) as first_date,
        max(usage_date) as last_date,
        count(*) as requests,
        count(distinct c_ip) as distinct_addresses,
        count(distinct bucket) as buckets,
        sum(bytes) as bytes,
        sum(if(vendor = 'unknown', 0, bytes)) as bytes_with_vendor,
        sum(cost_usd_low) as cost_usd_low,
        sum(cost_usd_high) as cost_usd_high
    from requests
),

final as (
    select
        totals.first_date,
        totals.last_date,
        totals.requests,
        totals.distinct_addresses,
        image_count.images,
        totals.buckets,
        totals.bytes,
        totals.bytes_with_vendor,
        totals.cost_usd_low,
        totals.cost_usd_high
    from totals
    cross join image_count
    where totals.requests > 0
)

select * from final

/*
description: >-
  Each request of the period with its prefix, AS, vendor, region and cost. The only place where cost is computed; every other cost is a sum
  of these.
materialized: table
grain: [s_request_id, time_micros, cs_method, image]
partition_by: usage_date
cluster_by: [vendor, bucket]
tags: [usage]
columns:
  s_request_id:  {type: string, pii: personal, description: "Identifier of the request."}
  time_micros:   {type: int64, pii: personal, description: "End of the request, microseconds since 1970-01-01 UTC."}
  cs_method:     {type: string, pii: none, description: "HTTP method."}
  usage_date:    {type: date, pii: none, tests: [not_null], description: "UTC day of the request."}
  c_ip:          {type: string, pii: personal, description: "Canonical client address; null without a readable one."}
  family:        {type: string, pii: none, tests: [{accepted_values: [ipv4, ipv6, none]}], description: "ipv4, ipv6, or none without a readable address."}
  bucket:        {type: string, pii: none, tests: [not_null], description: "Bucket."}
  image:         {type: string, pii: none, description: "Object as logged; a layer is its digest."}
  sc_status:     {type: int64, pii: none, description: "HTTP status."}
  bytes:         {type: int64, pii: none, tests: [not_null], description: "Bytes in the response body, 0 where the log has none."}
  prefix:        {type: string, pii: none, description: "Longest announced prefix of the address."}
  asn:           {type: int64, pii: none, description: "The AS that announces it."}
  vendor:        {type: string, pii: none, tests: [not_null], description: "Vendor of the AS, else unknown."}
  region:        {type: string, pii: none, description: "Region of the longest cloud range that holds the address."}
  route:         {type: string, pii: none, tests: [{relationships: {to: prices, column: route}}], description: "Which price counts: internet, google_cloud or unknown."}
  cost_usd_low:  {type: numeric, pii: none, tests: [not_null], description: "Lowest cost of the request, whole nano-dollars."}
  cost_usd_high: {type: numeric, pii: none, tests: [not_null], description: "Highest cost of the request, whole nano-dollars."}
tests:
  - expression: cost_usd_low <= cost_usd_high or bytes < 0
*/
with requests as (
    select
        s_request_id,
        time_micros,
        cs_method,
        usage_date,
        address,
        family,
        cs_bucket,
        cs_object,
        sc_status,
        coalesce(sc_bytes, 0) as bytes
    from {{ref "usage_all_raw"}}
    where
        ({{var "usage_from" "date"}} is null or usage_date >= {{var "usage_from" "date"}})
        and ({{var "usage_to" "date"}} is null or usage_date < {{var "usage_to" "date"}})
),

answers as (
    select
        c_ip,
        prefix,
        asn,
        vendor,
        cloud,
        region
    from {{ref "match_ip_to_iprange"}}
),

prices as (
    select
        route,
        cast(usd_per_gib_low * 1000000000 as int64) as nanos_per_gib_low,
        cast(usd_per_gib_high * 1000000000 as int64) as nanos_per_gib_high
    from {{ref "prices"}}
),

answered as (
    select
        requests.s_request_id,
        requests.time_micros,
        requests.cs_method,
        requests.usage_date,
        requests.address,
        requests.family,
        requests.cs_bucket,
        requests.cs_object,
        requests.sc_status,
        requests.bytes,
        answers.prefix,
        answers.asn,
        coalesce(answers.vendor, 'unknown') as vendor,
        answers.region,
        case
            when requests.address is null then 'unknown'
            when answers.cloud = 'google' then 'google_cloud'
            else 'internet'
        end as route
    from requests
    left join answers
        on requests.address = answers.c_ip
),

sizes as (                                                           -- many requests are for as many bytes on the same route
    select
        bytes,
        route
    from answered
    group by bytes, route
),

costs as (
    select
        sizes.bytes,
        sizes.route,
        {{> cost_usd bytes="sizes.bytes" nanos_per_gib="prices.nanos_per_gib_low"}} as cost_usd_low,
        {{> cost_usd bytes="sizes.bytes" nanos_per_gib="prices.nanos_per_gib_high"}} as cost_usd_high
    from sizes
    inner join prices
        on sizes.route = prices.route
),

final as (
    select
        answered.s_request_id,
        answered.time_micros,
        answered.cs_method,
        answered.usage_date,
        answered.address as c_ip,
        answered.family,
        answered.cs_bucket as bucket,
        answered.cs_object as image,
        answered.sc_status,
        answered.bytes,
        answered.prefix,
        answered.asn,
        answered.vendor,
        answered.region,
        answered.route,
        costs.cost_usd_low,
        costs.cost_usd_high
    from answered
    left join costs                                                  -- not null is tested: a route without a price fails
        on answered.bytes = costs.bytes
        and answered.route = costs.route
)

select * from final

/*
description: >-
  Download cost per artifact. Artifacts that fewer than min_group addresses asked for are merged into the row other, which takes in the
  next smallest until it is large enough; a table smaller than that is one row.
materialized: table
grain: [bucket, image]
published: true
tags: [report]
columns:
  bucket:             {type: string, pii: none, description: "Bucket, or other."}
  image:              {type: string, pii: none, description: "Object as logged, a layer is its digest; or other."}
  requests:           {type: int64, pii: {aggregate: {min_group: min_group, size: distinct_addresses}}, tests: [{expression: requests > 0}], description: "Requests."}
  downloads:          {type: int64, pii: {aggregate: {min_group: min_group, size: distinct_addresses}}, tests: [{expression: downloads between 0 and requests}], description: "Requests that fetched the whole object: GET with status 200."}
  distinct_addresses: {type: int64, pii: {aggregate: {min_group: min_group, size: distinct_addresses}}, tests: [not_null], description: "Distinct readable client addresses."}
  bytes:              {type: int64, pii: {aggregate: {min_group: min_group, size: distinct_addresses}}, tests: [not_null], description: "Bytes sent."}
  cost_usd_low:       {type: numeric, pii: {aggregate: {min_group: min_group, size: distinct_addresses}}, tests: [not_null], description: "Lowest cost."}
  cost_usd_high:      {type: numeric, pii: {aggregate: {min_group: min_group, size: distinct_addresses}}, tests: [not_null], description: "Highest cost."}
*/
with requests as (
    select
        bucket,
        image,
        c_ip,
        cs_method,
        sc_status,
        bytes,
        cost_usd_low,
        cost_usd_high
    from {{ref "usage_attributed"}}
),

addresses as (
    select
        'all' as part,
        bucket,
        image,
        c_ip,
        count(*) as requests,
        countif(cs_method = 'GET' and sc_status = 200) as downloads,
        sum(bytes) as bytes,
        sum(cost_usd_low) as cost_usd_low,
        sum(cost_usd_high) as cost_usd_high
    from requests
    group by bucket, image, c_ip
),

{{> merged_groups name="image" addresses="addresses" keys="bucket, image"}},

named as (
    select
        if(image_merged.is_merged, 'other', addresses.bucket) as bucket,
        if(image_merged.is_merged, 'other', addresses.image) as image,
        addresses.c_ip,
        addresses.requests,
        addresses.downloads,
        addresses.bytes,
        addresses.cost_usd_low,
        addresses.cost_usd_high
    from addresses
    inner join image_merged
        on addresses.bucket = image_merged.bucket
        and addresses.image = image_merged.image
),

final as (
    select
        bucket,
        image,
        sum(requests) as requests,
        sum(downloads) as downloads,
        count(distinct c_ip) as distinct_addresses,
        sum(bytes) as bytes,
        sum(cost_usd_low) as cost_usd_low,
        sum(cost_usd_high) as cost_usd_high
    from named
    group by bucket, image
)

select * from final

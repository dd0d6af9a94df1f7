/*
description: Each record of the log once, typed. Records that cannot be read and duplicates are left out (usage_left_out counts them).
materialized: table
grain: [s_request_id, time_micros, cs_method, cs_object]
partition_by: usage_date
cluster_by: [cs_bucket, family]
taken_from: GCP_BIGQUERY_DATASET_LOGS
tags: [usage]
columns:
  time_micros:       {type: int64, pii: none, description: "End of the request, microseconds since 1970-01-01 UTC."}
  c_ip:              {type: string, pii: personal, description: "Client address as logged."}
  c_ip_type:         {type: int64, pii: none, description: "1 is IPv4, 2 is IPv6."}
  c_ip_region:       {type: string, pii: personal, description: "Reserved, empty so far."}
  cs_method:         {type: string, pii: none, description: "HTTP method."}
  cs_uri:            {type: string, pii: personal, description: "Path and query; signed addresses hold secrets."}
  sc_status:         {type: int64, pii: none, description: "HTTP status."}
  cs_bytes:          {type: int64, pii: none, description: "Bytes in the request body."}
  sc_bytes:          {type: int64, pii: none, description: "Bytes in the response body, the measure of traffic."}
  time_taken_micros: {type: int64, pii: none, description: "Duration in microseconds."}
  cs_host:           {type: string, pii: personal, description: "Host header, as the client sent it."}
  cs_referer:        {type: string, pii: personal, description: "Referer header."}
  cs_user_agent:     {type: string, pii: personal, description: "User agent."}
  s_request_id:      {type: string, pii: personal, description: "Identifier of the request."}
  cs_operation:      {type: string, pii: none, description: "Operation, such as GET_Object."}
  cs_bucket:         {type: string, pii: none, description: "Bucket."}
  cs_object:         {type: string, pii: none, description: "Object name; empty for operations on the bucket."}
  address:           {type: string, pii: personal, description: "Canonical text of c_ip; null where it is no address."}
  family:            {type: string, pii: none, tests: [{accepted_values: [ipv4, ipv6, none]}], description: "ipv4, ipv6, or none without a readable address."}
  usage_date:        {type: date, pii: none, tests: [not_null], description: "UTC day of time_micros."}
tests:
  - expression: (address is null) = (family = 'none')
*/
with log as (
    select
        time_micros,
        c_ip,
        c_ip_type,
        c_ip_region,
        cs_method,
        cs_uri,
        sc_status,
        cs_bytes,
        sc_bytes,
        time_taken_micros,
        cs_host,
        cs_referer,
        cs_user_agent,
        s_request_id,
        cs_operation,
        cs_bucket,
        cs_object
    from {{source "gcs" "usage_log"}}
),

addresses as (
    select
        c_ip,
        address,
        family
    from {{ref "address_spellings"}}
),

records as (                                                         -- each once; which of several, the order of all columns says
    select *
    from log
    where true
    qualify row_number() over (
        partition by s_request_id, time_micros, cs_method, cs_object
        order by
            time_micros, c_ip, c_ip_type, c_ip_region, cs_method, cs_uri, sc_status, cs_bytes, sc_bytes, time_taken_micros,
            cs_host, cs_referer, cs_user_agent, s_request_id, cs_operation, cs_bucket, cs_object
    ) = 1
),

final as (
    select
        records.time_micros,
        records.c_ip,
        records.c_ip_type,
        records.c_ip_region,
        records.cs_method,
        records.cs_uri,
        records.sc_status,
        records.cs_bytes,
        records.sc_bytes,
        records.time_taken_micros,
        records.cs_host,
        records.cs_referer,
        records.cs_user_agent,
        records.s_request_id,
        records.cs_operation,
        records.cs_bucket,
        records.cs_object,
        addresses.address,
        addresses.family,
        date(timestamp_micros(records.time_micros)) as usage_date
    from records
    inner join addresses
        on records.c_ip = addresses.c_ip
)

select * from final

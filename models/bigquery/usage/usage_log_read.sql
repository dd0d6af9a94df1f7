/*
description: The records of the log objects as they are, duplicates too, with what their address reads as.
materialized: view
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
  family:            {type: string, pii: none, description: "ipv4, ipv6, or none without a readable address."}
  usage_date:        {type: date, pii: none, description: "UTC day of time_micros."}
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

final as (
    select
        log.time_micros,
        log.c_ip,
        log.c_ip_type,
        log.c_ip_region,
        log.cs_method,
        log.cs_uri,
        log.sc_status,
        log.cs_bytes,
        log.sc_bytes,
        log.time_taken_micros,
        log.cs_host,
        log.cs_referer,
        log.cs_user_agent,
        log.s_request_id,
        log.cs_operation,
        log.cs_bucket,
        log.cs_object,
        addresses.address,
        addresses.family,
        date(timestamp_micros(log.time_micros)) as usage_date
    from log
    inner join addresses
        on log.c_ip = addresses.c_ip
)

select * from final

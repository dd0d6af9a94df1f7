/*
description: The records of the log objects as they are, duplicates too, with what their address reads as.
materialized: ephemeral
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

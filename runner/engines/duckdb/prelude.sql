/*
The functions of GoogleSQL that DuckDB has not, or has with another meaning: macros `bq_...` in the schema `main`. The translator
(functions*.ts, operators.ts, cast.ts) is the only caller and has checked the types of the arguments. An argument that a macro names twice is
evaluated once where DuckDB sees that both are the same. Errors are raised with error(...), in the words of what went wrong.
*/

-- A TIMESTAMP is timestamptz, a DATETIME is timestamp; the zone is UTC, whatever the session says

create or replace macro bq_utc(x) as make_timestamp(epoch_us(x));
create or replace macro bq_instant(x) as make_timestamptz(epoch_us(x));

-- Arithmetic: NUMERIC is decimal(38, 9), FLOAT64 double; overflow is an error, and so is division by zero

create or replace macro bq_finite(x) as
    case when isfinite(x) or x is null then x else error('float64 overflow') end;

create or replace macro bq_numeric_range(x) as
    case when abs(x) <= 99999999999999999999999999999.999999999::decimal(38, 9) or x is null then x else error('numeric overflow') end;

create or replace macro bq_float_over(a, b) as
    case when b = 0 and a is not null then error('division by zero') else bq_finite(a / b) end;

create or replace macro bq_safe_divide(a, b) as
    case when b <> 0 and isfinite(a / b) then a / b end;

create or replace macro bq_ieee_divide(a, b) as
    case when b = 0 and (a = 0 or isnan(a)) then 'nan'::double else a / b end;

create or replace macro bq_unless_nan(a, b, answer, otherwise) as
    case when isnan(a) or isnan(b) then case when a is not null and b is not null then otherwise end else answer end;

-- The scaled integer of a numeric, 1500000000 for 1.5, and back
create or replace macro bq_scaled(x) as
    trunc(x)::hugeint * 1000000000 + ((x - trunc(x)) * 1000000000)::hugeint;
create or replace macro bq_unscaled(x) as
    (x)::decimal(38, 0) * 0.000000001::decimal(9, 9);

-- decimal(38, 9) times itself has 18 digits behind the point and room for 20 before it; beyond, whole and fraction are multiplied apart
create or replace macro bq_numeric_times(a, b) as
    case
        when abs(a) < 1000000000 and abs(b) < 10000000000 then (a * b)::decimal(38, 9)
        else bq_unscaled(sign(a) * sign(b) * (
            trunc(abs(a))::hugeint * trunc(abs(b))::hugeint * 1000000000
            + trunc(abs(a))::hugeint * ((abs(b) - trunc(abs(b))) * 1000000000)::hugeint
            + trunc(abs(b))::hugeint * ((abs(a) - trunc(abs(a))) * 1000000000)::hugeint
            + (((abs(a) - trunc(abs(a))) * 1000000000)::hugeint * ((abs(b) - trunc(abs(b))) * 1000000000)::hugeint + 500000000) // 1000000000
        ))
    end;

-- Long division of scaled integers, nine digits behind the point one by one, rounded half away from zero
create or replace macro bq_long_division(a, b) as
    list_transform(
        [list_reduce(
            [{'whole': (a // b)::hugeint, 'rest': (a % b)::uhugeint}, null, null, null, null, null, null, null, null, null],
            lambda done, digit: {
                'whole': struct_extract(done, 'whole') * 10 + ((struct_extract(done, 'rest') * 10) // b::uhugeint)::hugeint,
                'rest': (struct_extract(done, 'rest') * 10) % b::uhugeint
            }
        )],
        lambda done: struct_extract(done, 'whole') + (struct_extract(done, 'rest') >= b::uhugeint - struct_extract(done, 'rest'))::integer
    )[1];
create or replace macro bq_numeric_quotient(a, b) as
    bq_unscaled(sign(a) * sign(b) * case
        when abs(a) < 100000000000000000000 and abs(b) < 100000000000000000000
            then ((abs(a) * 1000000000)::hugeint * 1000000000 + (abs(b) * 1000000000)::hugeint // 2) // (abs(b) * 1000000000)::hugeint
        else bq_long_division(abs(bq_scaled(a)), abs(bq_scaled(b)))
    end);
create or replace macro bq_numeric_over(a, b) as
    case
        when a is null or b is null then null
        when b = 0 then error('division by zero')
        else bq_numeric_quotient(a, b)
    end;
create or replace macro bq_numeric_safe_divide(a, b) as
    case
        when b <> 0 and (abs(b) >= 1 or abs(bq_scaled(a)) // abs(bq_scaled(b)) < 100000000000000000000000000000::hugeint)
            then bq_numeric_quotient(a, b)
    end;

create or replace macro bq_div(a, b) as
    case when b = 0 and a is not null then error('division by zero') when b = -1 then - a else a // b end;

create or replace macro bq_mod(a, b) as
    case when b = 0 and a is not null then error('division by zero') when b = -1 then a * 0 else a % b end;

create or replace macro bq_numeric_mod(a, b) as
    case when b = 0 and a is not null then error('division by zero') else (a % b)::decimal(38, 9) end;

create or replace macro bq_numeric_div(a, b) as
    case when b = 0 and a is not null then error('division by zero') else bq_unscaled((bq_scaled(a) // bq_scaled(b)) * 1000000000) end;

create or replace macro bq_sqrt(x) as
    case when x < 0 then error('square root of a negative number') else sqrt(x) end;
create or replace macro bq_safe_sqrt(x) as
    case when x >= 0 then sqrt(x) end;
create or replace macro bq_ln(x) as
    case when x <= 0 then error('logarithm of a number that is not positive') else ln(x) end;
create or replace macro bq_safe_ln(x) as
    case when x > 0 then ln(x) end;
create or replace macro bq_log10(x) as
    case when x <= 0 then error('logarithm of a number that is not positive') else log10(x) end;
create or replace macro bq_safe_log10(x) as
    case when x > 0 then log10(x) end;
create or replace macro bq_log(x, base) as
    case
        when x is null or base is null then null
        when x <= 0 or base <= 0 or base = 1 then error('logarithm of a number that is not positive, or to the base 1')
        else ln(x) / ln(base)
    end;
create or replace macro bq_pow(x, y) as
    case when x = 0 and y < 0 or x < 0 and y <> trunc(y) then error('power of a number that has none') else bq_finite(pow(x, y)) end;


-- The exact decimal text of x, 30 digits longer than asked for, shows whether x lies half way
create or replace macro bq_float_exact(x) as printf('%.39f', x);
create or replace macro bq_float_trunc(x, digits) as
    case when abs(x) >= 9007199254740992 then x else left(bq_float_exact(x), instr(bq_float_exact(x), '.') + digits)::double end;
create or replace macro bq_float_is_half(x, digits) as
    regexp_full_match(substr(bq_float_exact(x), instr(bq_float_exact(x), '.') + digits + 1), '50*');
create or replace macro bq_float_round(x, digits, format, quarter) as
    case
        when abs(x) >= 9007199254740992 then x
        when bq_float_is_half(x, digits) then printf(format, x + sign(x) * quarter)::double
        else printf(format, x)::double
    end;

create or replace macro bq_shift_left(x, n) as
    case
        when x is null then null
        when n < 0 then error('shift by a negative number')
        when n > 63 then 0::bigint
        else (x::bit << n::integer)::bigint
    end;
create or replace macro bq_shift_right(x, n) as
    case
        when x is null then null
        when n < 0 then error('shift by a negative number')
        when n > 63 then 0::bigint
        else (x::bit >> n::integer)::bigint
    end;

create or replace macro bq_range_bucket(point, bounds) as
    case when point is not null then len(list_filter(bounds, lambda bound: bound <= point)) end;

-- Text

create or replace macro bq_upper(x) as
    case
        when strlen(x) = length(x) then upper(x)
        when regexp_matches(x, '[\x{149}\x{1F0}\x{390}\x{3B0}\x{587}\x{1E96}-\x{1E9A}\x{1F50}-\x{1F57}\x{1F80}-\x{1FFC}\x{2C5F}\x{A7C1}-\x{A7F6}\x{FB00}-\x{FB17}\x{FEFF}\x{10570}-\x{105BC}]')
            then error('upper: the text has a letter whose capital differs between the databases: ' || x)
        else upper(replace(x, 'ß', 'ss'))
    end;

create or replace macro bq_lower(x) as
    case
        when strlen(x) = length(x) then lower(x)
        when regexp_matches(x, '[\x{130}\x{3A3}\x{2C2F}\x{A7C0}-\x{A7F5}\x{FEFF}\x{10570}-\x{105BC}]')
            then error('lower: the text has a letter whose small form differs between the databases: ' || x)
        else lower(x)
    end;

create or replace macro bq_ltrim(x) as regexp_replace(x, '^[\t-\r \x{85}\p{Z}]+', '');
create or replace macro bq_rtrim(x) as regexp_replace(x, '[\t-\r \x{85}\p{Z}]+$', '');
create or replace macro bq_trim(x) as
    case when regexp_matches(x, '^[!-~](?:.*[!-~])?$') then x else bq_ltrim(bq_rtrim(x)) end;

-- Positions count from 1; 0 is read as 1, and a negative one counts from the end
create or replace macro bq_substr(x, place) as
    case
        when place = 0 or place < - length(x) then x
        when place > length(x) then ''
        else substr(x, place)
    end;

create or replace macro bq_substr_of(x, place, count) as
    case
        when x is null or place is null or count is null then null
        when count < 0 then error('substr: the length is negative')
        when place = 0 or place < - length(x) then substr(x, 1, least(count, length(x)))
        when place > length(x) then ''
        else substr(x, place, least(count, length(x)))
    end;

create or replace macro bq_left(x, count) as
    case
        when x is null or count is null then null
        when count < 0 then error('left: the length is negative')
        else substr(x, 1, least(count, length(x)))
    end;
create or replace macro bq_right(x, count) as
    case
        when x is null or count is null then null
        when count < 0 then error('right: the length is negative')
        when count >= length(x) then x
        else substr(x, length(x) - count + 1)
    end;

create or replace macro bq_replace(x, old, new) as
    case when old = '' then x else replace(x, old, new) end;
create or replace macro bq_reverse(x) as
    array_to_string(list_reverse(string_split(x, '')), '');
create or replace macro bq_repeat(x, count) as
    case
        when x is null or count is null then null
        when count < 0 then error('repeat: the count is negative')
        when strlen(x) * count > 1048576 then error('repeat: the text becomes longer than 1 MB')
        else repeat(x, least(count, 1048576))
    end;
create or replace macro bq_split(x, separator) as
    case when separator is not null then case when x = '' then [''] else string_split(x, separator) end end;
create or replace macro bq_lpad(x, size, pad) as
    case
        when x is null or size is null or pad is null then null
        when size < 0 then error('lpad: the size is negative')
        when pad = '' then error('lpad: the pattern is empty')
        when size > 1048576 then error('lpad: the text becomes longer than 1 MB')
        else lpad(x, least(size, 1048576)::integer, pad)
    end;
create or replace macro bq_rpad(x, size, pad) as
    case
        when x is null or size is null or pad is null then null
        when size < 0 then error('rpad: the size is negative')
        when pad = '' then error('rpad: the pattern is empty')
        when size > 1048576 then error('rpad: the text becomes longer than 1 MB')
        else rpad(x, least(size, 1048576)::integer, pad)
    end;

create or replace macro bq_from_hex(x) as
    case when regexp_full_match(x, '[0-9a-fA-F]*') or x is null then unhex(x) else error('from_hex: not hexadecimal: ' || x) end;

-- Blanks do not count, and the signs that fill up the end may be missing
create or replace macro bq_base64_filled(x) as
    rtrim(x, '=') || repeat('=', (4 - length(rtrim(x, '=')) % 4) % 4);
create or replace macro bq_from_base64(x) as
    case
        when regexp_full_match(regexp_replace(x, '\s', '', 'g'), '(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?')
            then from_base64(bq_base64_filled(regexp_replace(x, '\s', '', 'g')))
        when x is not null then error('from_base64: not base64: ' || x)
    end;

create or replace macro bq_unicode(x) as case when x = '' then 0::bigint else unicode(x)::bigint end;
create or replace macro bq_ascii(x) as
    case when x = '' then 0::bigint when unicode(x) > 127 then error('ascii: not an ASCII character: ' || x) else unicode(x)::bigint end;
create or replace macro bq_chr(x) as
    case
        when x between 0 and 55295 or x between 57344 and 1114111 then chr(x::integer)
        when x is not null then error('chr: no Unicode character')
    end;
create or replace macro bq_to_code_points(x) as
    case when x = '' then []::bigint[] else list_transform(string_split(x, ''), lambda character: unicode(character)::bigint) end;
create or replace macro bq_code_points_to_string(points) as
    case
        when list_contains(list_transform(points, lambda point: point is null), true) then null
        else coalesce(array_to_string(list_transform(points, lambda point: bq_chr(point)), ''), case when points is not null then '' end)
    end;

create or replace macro bq_regexp_extract(x, pattern, part) as
    case when regexp_matches(x, pattern) then regexp_extract(x, pattern, part) end;

-- Arrays

create or replace macro bq_element(list, place) as
    case
        when list is null or place is null then null
        when place between 1 and len(list) then list[place]
        else error('array index out of bounds')
    end;
create or replace macro bq_safe_element(list, place) as
    case when place between 1 and len(list) then list[place] end;
create or replace macro bq_array_first(list) as
    case when len(list) = 0 then error('array_first of an empty array') else list[1] end;
create or replace macro bq_array_last(list) as
    case when len(list) = 0 then error('array_last of an empty array') else list[len(list)] end;
create or replace macro bq_array_concat(a, b) as
    case when a is not null and b is not null then list_concat(a, b) end;
create or replace macro bq_array_to_string(list, separator) as
    case
        when list is null or separator is null then null
        else coalesce(list_reduce(nullif(list_filter(list, lambda member: member is not null), []), lambda joined, member: joined || separator || member), '')
    end;
create or replace macro bq_array_to_string_with(list, separator, instead) as
    case
        when list is null or separator is null or instead is null then null
        else coalesce(list_reduce(nullif(list_transform(list, lambda member: coalesce(member, instead)), []), lambda joined, member: joined || separator || member), '')
    end;
create or replace macro bq_generate_array(first, last, step) as
    case
        when first is null or last is null or step is null then null
        when step = 0 then error('generate_array: the step is 0')
        when (last::hugeint - first) // step >= 1048575 then error('generate_array: more than 1048575 members')
        else generate_series(first, last, step)
    end;
create or replace macro bq_generate_date_array(first, last, days) as
    case
        when first is null or last is null or days is null then null
        when days = 0 then error('generate_date_array: the step is 0')
        else list_transform(generate_series(0, last - first, days), lambda day: first + day::integer)
    end;

-- Casts from and to text

create or replace macro bq_reads_int64(x) as
    regexp_full_match(x, '\s*[+-]?(?:[0-9]+|0[xX][0-9a-fA-F]+)\s*');
create or replace macro bq_read_int64(x) as
    case when contains(x, '-') then -1 else 1 end * try_cast(regexp_replace(lower(x), '[\s\v+-]', '', 'g') as ubigint)::hugeint;
create or replace macro bq_safe_int64(x) as
    case when bq_reads_int64(x) then try_cast(bq_read_int64(x) as bigint) end;
create or replace macro bq_int64(x) as
    case when x is not null then coalesce(bq_safe_int64(x), error('not an INT64: ' || x)) end;

create or replace macro bq_reads_float64(x) as
    regexp_full_match(x, '(?i)\s*[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|0x[0-9a-f]{1,15}|inf|infinity|nan)\s*');
create or replace macro bq_read_float64(x) as
    case
        when contains(lower(x), 'x') then (case when contains(x, '-') then -1 else 1 end * regexp_replace(lower(x), '[\s\v+-]', '', 'g')::bigint)::double
        else try_cast(replace(lower(trim(x, e' \t\n\r\f\v')), '+', '') as double)
    end;
create or replace macro bq_safe_float64(x) as
    case when bq_reads_float64(x) then bq_read_float64(x) end;
create or replace macro bq_float64(x) as
    case when x is not null then coalesce(bq_safe_float64(x), error('not a FLOAT64: ' || x)) end;

create or replace macro bq_reads_numeric(x) as
    regexp_full_match(x, '(?i)\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?\s*');
create or replace macro bq_read_numeric(x) as
    try_cast(replace(lower(trim(x, e' \t\n\r\f\v')), '+', '') as decimal(38, 9));
create or replace macro bq_safe_numeric(x) as
    case when bq_reads_numeric(x) then bq_read_numeric(x) end;
create or replace macro bq_numeric(x) as
    case when x is not null then coalesce(bq_safe_numeric(x), error('not a NUMERIC: ' || x)) end;

create or replace macro bq_safe_bool(x) as
    case lower(x) when 'true' then true when 'false' then false end;
create or replace macro bq_bool(x) as
    case when x is null then null else coalesce(bq_safe_bool(x), error('not a BOOL: ' || x)) end;

create or replace macro bq_reads_date(x) as
    regexp_full_match(x, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') and x not like '0000%';
create or replace macro bq_safe_date(x) as
    case when bq_reads_date(x) then try_cast(x as date) end;
create or replace macro bq_date(x) as
    case when x is null then null else coalesce(bq_safe_date(x), error('not a DATE: ' || x)) end;
create or replace macro bq_date_with(x, separator) as
    case when x is null then null else coalesce(bq_safe_date(case when separator = '-' then x when not contains(x, '-') then replace(x, separator, '-') end), error('not a DATE: ' || x)) end;

create or replace macro bq_reads_datetime(x) as
    regexp_full_match(x, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]{1,6})?)?') and x not like '0000%';
create or replace macro bq_safe_datetime(x) as
    case when bq_reads_datetime(x) then try_cast(replace(upper(x), 'T', ' ') as timestamp) end;
create or replace macro bq_datetime(x) as
    case when x is null then null else coalesce(bq_safe_datetime(x), error('not a DATETIME: ' || x)) end;

-- An offset or UTC behind the time; names of other zones are left out
create or replace macro bq_zone_minutes(x) as
    case
        when x in ('', 'Z', 'z', ' UTC') then 0
        when regexp_full_match(x, '[+-](?:(?:0?[0-9]|1[0-3])(?::[0-5][0-9])?|14(?::00)?)')
            then case when starts_with(x, '-') then -1 else 1 end
                * (split_part(substr(x, 2), ':', 1)::integer * 60 + coalesce(nullif(split_part(x, ':', 2), ''), '0')::integer)::bigint
    end;
create or replace macro bq_safe_timestamp(x) as
    make_timestamptz(
        epoch_us(bq_safe_datetime(regexp_extract(x, '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ Tt][0-9:.]+)?')))
        - bq_zone_minutes(regexp_replace(x, '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ Tt][0-9:.]+)?', '')) * 60000000
    );
create or replace macro bq_timestamp(x) as
    case when x is null then null else coalesce(bq_safe_timestamp(x), error('not a TIMESTAMP: ' || x)) end;

-- Bytes that are no UTF-8 lose something where the rest is ignored
create or replace macro bq_safe_text(x) as
    case when encode(decode(x, 'ignore')) = x then decode(x, 'ignore') end;

create or replace macro bq_float_text(x) as
    case
        when isnan(x) then 'nan'
        when isinf(x) then case when x > 0 then 'inf' else '-inf' end
        when x = 0 then '0'
        when printf('%.15g', x)::double = x then printf('%.15g', x)
        else printf('%.17g', x)
    end;
create or replace macro bq_float_int64(x) as
    round(x)::bigint;
create or replace macro bq_float_numeric(x) as
    bq_unscaled(trunc(x)::hugeint * 1000000000 + round((x - trunc(x)) * 1000000000)::hugeint);
create or replace macro bq_safe_float_numeric(x) as
    case when abs(x) < 1e29 then bq_float_numeric(x) end;
create or replace macro bq_numeric_text(x) as
    regexp_replace(rtrim(x::varchar, '0'), '\.$', '');
create or replace macro bq_numeric_float(x) as
    x::varchar::double;

create or replace macro bq_date_text(x) as x::varchar;
create or replace macro bq_fraction_text(microseconds) as
    case
        when microseconds = 0 then ''
        when microseconds % 1000 = 0 then printf('.%03d', microseconds // 1000)
        else printf('.%06d', microseconds)
    end;
create or replace macro bq_datetime_text(x) as
    strftime(x, '%Y-%m-%d %H:%M:%S') || bq_fraction_text(microsecond(x) % 1000000);
create or replace macro bq_timestamp_text(x) as
    bq_datetime_text(bq_utc(x)) || '+00';

-- Dates and times

create or replace macro bq_date_range(x) as
    case when x between date '0001-01-01' and date '9999-12-31' or x is null then x else error('date out of range') end;
create or replace macro bq_date_add_days(x, n) as bq_date_range(x + n::integer);
create or replace macro bq_date_sub_days(x, n) as bq_date_range(x - n::integer);
create or replace macro bq_date_add_months(x, n) as bq_date_range((x + to_months(n::integer))::date);
create or replace macro bq_date_sub_months(x, n) as bq_date_range((x - to_months(n::integer))::date);
create or replace macro bq_make_date(year, month, day) as
    case when year is not null and month is not null and day is not null then bq_date_range(make_date(year, month, day)) end;
create or replace macro bq_date_monday(x, shift) as
    date_trunc('week', x + shift)::date - shift;
create or replace macro bq_date_trunc_week(x, shift) as bq_date_range(bq_date_monday(x, shift));
create or replace macro bq_date_diff_week(a, b, shift) as
    ((bq_date_monday(a, shift) - bq_date_monday(b, shift)) // 7)::bigint;
create or replace macro bq_week_of_year(x, shift) as
    ((dayofyear(x) + 6 - (dayofweek(x) + shift + 6) % 7) // 7)::bigint;


create or replace macro bq_parsed(x, value) as
    case when x is not null then coalesce(value, error('the text does not have the format: ' || x)) end;
create or replace macro bq_parsed_date(year, month, day) as
    case when ltrim(year, '0') <> '' then try_cast(lpad(year, 4, '0') || '-' || month || '-' || day as date) end;
create or replace macro bq_month_number(name) as
    (instr('janfebmaraprmayjunjulaugsepoctnovdec', lower(left(name, 3))) + 2) // 3;
create or replace macro bq_offset_minutes(x) as
    (left(x, 1) || '1')::bigint * (substr(x, 2, 2)::bigint * 60 + substr(x, 4, 2)::bigint);

create or replace macro bq_timestamp_of(microseconds) as
    case
        when microseconds between -62135596800000000 and 253402300799999999 then make_timestamptz(microseconds)
        when microseconds is not null then error('timestamp out of range')
    end;
create or replace macro bq_timestamp_from(n, size) as bq_timestamp_of(n * size);
create or replace macro bq_timestamp_add(x, n, size) as bq_timestamp_of(epoch_us(x) + n * size);
create or replace macro bq_timestamp_sub(x, n, size) as bq_timestamp_of(epoch_us(x) - n * size);
create or replace macro bq_timestamp_diff(a, b, size) as (epoch_us(a) - epoch_us(b)) // size;
create or replace macro bq_generate_timestamp_array(first, last, n, size) as
    list_transform(bq_generate_array(epoch_us(first), epoch_us(last), n * size), lambda microseconds: make_timestamptz(microseconds));
create or replace macro bq_floor_div(x, n) as (x - (x % n + n) % n) // n;

-- Addresses: BYTES of 4 or 16

create or replace macro bq_is_ipv4(x) as
    regexp_full_match(x, '(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])');
create or replace macro bq_ipv4_digits(x) as
    printf('%02x%02x', split_part(x, '.', 1)::integer, split_part(x, '.', 2)::integer)
    || printf('%02x%02x', split_part(x, '.', 3)::integer, split_part(x, '.', 4)::integer);

create or replace macro bq_is_ipv6(x) as
    regexp_full_match(x, '(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|(?:(?:[0-9a-fA-F]{1,4}:){1,7}|:):(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?');
-- The part behind the last colon as two groups, where it is written as an IPv4 address
create or replace macro bq_ipv6_groups(x) as
    case
        when contains(x, '.') then
            case
                when bq_is_ipv4(split_part(x, ':', -1))
                    then left(x, length(x) - length(split_part(x, ':', -1)))
                        || left(bq_ipv4_digits(split_part(x, ':', -1)), 4) || ':' || right(bq_ipv4_digits(split_part(x, ':', -1)), 4)
            end
        else x
    end;
-- How many groups of an address with `::` are written out
create or replace macro bq_ipv6_written(x) as
    length(x) - length(replace(x, ':', '')) - starts_with(x, '::')::integer - ends_with(x, '::')::integer;
-- `::` stands for as many groups of zeros as are missing
create or replace macro bq_ipv6_full(x) as
    case when contains(x, '::') then trim(replace(x, '::', ':' || repeat('0:', 8 - bq_ipv6_written(x))), ':') else x end;
create or replace macro bq_ipv6_bytes(x) as
    case
        when bq_is_ipv6(x) and (not contains(x, '::') or bq_ipv6_written(x) <= 7)
            then unhex(array_to_string(list_transform(string_split(bq_ipv6_full(x), ':'), lambda part: lpad(part, 4, '0')), ''))
    end;

create or replace macro bq_safe_ip_from_string(x) as
    case
        when bq_is_ipv4(x) then unhex(bq_ipv4_digits(x))
        when contains(x, ':') then list_transform([bq_ipv6_groups(x)], lambda groups: bq_ipv6_bytes(groups))[1]
    end;
create or replace macro bq_ip_from_string(x) as
    case when x is not null then coalesce(bq_safe_ip_from_string(x), error('net.ip_from_string: not an address: ' || x)) end;

create or replace macro bq_ipv4_text(digits) as
    ('0x' || substr(digits, 1, 2))::integer || '.' || ('0x' || substr(digits, 3, 2))::integer || '.'
    || ('0x' || substr(digits, 5, 2))::integer || '.' || ('0x' || substr(digits, 7, 2))::integer;
-- :2001:db8:0:0:0:0:0:1: without leading zeros, closed by colons on both sides
create or replace macro bq_ipv6_plain(digits) as
    regexp_replace(':' || regexp_replace(digits, '(....)', '\1:', 'g'), ':0{1,3}([0-9a-f])', ':\1', 'g');
-- The longest run of two or more zero groups, the first of several, becomes `::`
create or replace macro bq_ipv6_shortened(x) as
    case
        when contains(x, ':0:0:0:0:0:0:0:0:') then '::'
        when contains(x, ':0:0:0:0:0:0:0:') then regexp_replace(x, ':0:0:0:0:0:0:0:', '::')
        when contains(x, ':0:0:0:0:0:0:') then regexp_replace(x, ':0:0:0:0:0:0:', '::')
        when contains(x, ':0:0:0:0:0:') then regexp_replace(x, ':0:0:0:0:0:', '::')
        when contains(x, ':0:0:0:0:') then regexp_replace(x, ':0:0:0:0:', '::')
        when contains(x, ':0:0:0:') then regexp_replace(x, ':0:0:0:', '::')
        when contains(x, ':0:0:') then regexp_replace(x, ':0:0:', '::')
        else x
    end;
create or replace macro bq_ipv6_trimmed(x) as
    regexp_replace(regexp_replace(x, '^:([^:])', '\1'), '([^:]):$', '\1');
create or replace macro bq_ipv6_text(digits) as
    case
        when starts_with(digits, '000000000000000000000000') and substr(digits, 25, 4) <> '0000' then '::' || bq_ipv4_text(substr(digits, 25))
        when starts_with(digits, '00000000000000000000ffff') then '::ffff:' || bq_ipv4_text(substr(digits, 25))
        else list_transform([bq_ipv6_plain(digits)], lambda plain: bq_ipv6_trimmed(bq_ipv6_shortened(plain)))[1]
    end;
create or replace macro bq_ip_to_string(x) as
    case
        when x is null then null
        when octet_length(x) = 4 then bq_ipv4_text(hex(x))
        when octet_length(x) = 16 then list_transform([lower(hex(x))], lambda digits: bq_ipv6_text(digits))[1]
        else error('net.ip_to_string: an address has 4 or 16 bytes')
    end;

create or replace macro bq_ip_net_mask(size, length) as
    case
        when size is null or length is null then null
        when size not in (4, 16) then error('net.ip_net_mask: an address has 4 or 16 bytes')
        when length not between 0 and size * 8 then error('net.ip_net_mask: no such prefix length')
        else (repeat('1', least(length, 128)) || repeat('0', least(size * 8 - length, 128)))::bit::blob
    end;
create or replace macro bq_ip_trunc(x, length) as
    case
        when x is null or length is null then null
        when octet_length(x) not in (4, 16) then error('net.ip_trunc: an address has 4 or 16 bytes')
        when length not between 0 and octet_length(x) * 8 then error('net.ip_trunc: no such prefix length')
        else (x::bit & (repeat('1', least(length, 128)) || repeat('0', least(octet_length(x) * 8 - length, 128)))::bit)::blob
    end;
create or replace macro bq_ipv4_to_int64(x) as
    case when octet_length(x) = 4 then ('0x' || hex(x))::bigint when x is not null then error('net.ipv4_to_int64: an IPv4 address has 4 bytes') end;
create or replace macro bq_ipv4_from_int64(x) as
    case
        when x between -2147483648 and 4294967295 then unhex(printf('%08x', x & 4294967295))
        when x is not null then error('net.ipv4_from_int64: out of range')
    end;
create or replace macro bq_host_authority(x) as
    regexp_replace(regexp_extract(regexp_replace(regexp_replace(x, '^[\t-\r ]+|[\t-\r ]+$', '', 'g'), '^(?:[A-Za-z0-9+.-]*:)?//', ''), '^[^/?#\\]*'), '^.*@', '');
create or replace macro bq_host_port(x) as
    case when starts_with(x, '[') then regexp_extract(x, '^\[[^\[\]]*(?:[\[\]][^:]*)?') else split_part(x, ':', 1) end;
create or replace macro bq_host(x) as
    nullif(regexp_replace(ltrim(bq_host_port(bq_host_authority(x)), '.'), '\.+$', '.'), '');

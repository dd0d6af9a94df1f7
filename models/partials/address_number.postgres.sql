case family({{address}})
            when 4 then ({{address}} - inet '0.0.0.0')::numeric
            else ({{> leading_bits address=address}} + 9223372036854775808) * 18446744073709551616
                + ({{> trailing_bits address=address}} + 9223372036854775808)
        end

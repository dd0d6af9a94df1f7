{{! An address as a number of up to 128 bits. }}
case family({{address}})
            when 4 then ({{address}} - inet '0.0.0.0')::numeric
            else (
                (({{> bits64 address=address first_byte="5"}}) + 9223372036854775808) * 18446744073709551616
                + (({{> bits64 address=address first_byte="13"}}) + 9223372036854775808)
            )
        end

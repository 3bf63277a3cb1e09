-- The records of people in the CRMs, the payment system and the mailing lists: what each source says of a person,
-- with its mistakes. `*_kind` names what was planted in the record. One row per record; `copies` rows in the file.
CREATE TABLE contact AS
WITH slot AS (
    SELECT person.*, house.email AS home_email, s.source, s.code, s.copy
    FROM person
    LEFT JOIN person AS house ON house.n = person.home AND person.home <> person.n
    JOIN (VALUES
        ('stripe', 0, 0, 1.0), ('hubspot', 1, 0, 1.0), ('salesforce', 2, 0, 1.0), ('crm', 3, 0, 1.0),
        ('mailchimp', 4, 0, 1.0),
        -- A second record of the same person in the same source, of those who have the first.
        ('stripe', 0, 1, 0.02), ('hubspot', 1, 1, 0.03), ('salesforce', 2, 1, 0.03), ('crm', 3, 1, 0.03),
        ('mailchimp', 4, 1, 0.02)
    ) AS s (source, code, copy, share)
        ON in_source(person.n, s.code) AND chance(person.n, s.code, s.copy, 'copy') < s.share
),
drawn AS (
    SELECT
        *,
        CASE
            WHEN source = 'stripe' AND copy = 1 AND u(n, 'second user') < 0.5 THEN 'second_user'
            WHEN source = 'stripe' AND copy = 1 THEN 'second_account'
            WHEN source = 'salesforce' AND copy = 1 THEN 'merge_loser'
            WHEN copy = 1 THEN 'duplicate'
            WHEN source = 'hubspot' AND u(n, 'hubspot merge') < 0.02 THEN 'merge_winner'
            WHEN source = 'stripe' AND u(n, 'stripe deleted') < 0.01 THEN 'deleted'
        END AS record_kind,
        CASE
            WHEN copy = 1 THEN CASE WHEN source IN ('stripe', 'salesforce') THEN 'alternative' ELSE 'case' END
            WHEN source = 'mailchimp' THEN CASE WHEN chance(n, code, copy, 'mail') < 0.05 THEN 'case' END
            -- Whoever shares a home may leave the other's address; such a record has a name to tell them apart.
            WHEN home_email IS NOT NULL AND chance(n, code, copy, 'household') < 0.15 THEN 'household'
            WHEN source <> 'stripe' AND chance(n, code, copy, 'mail') < 0.06 THEN 'missing'
            WHEN source <> 'stripe' AND chance(n, code, copy, 'mail') < 0.066 THEN 'placeholder'
            WHEN company IS NOT NULL AND chance(n, code, copy, 'mail') < 0.075 THEN 'role_mailbox'
            WHEN chance(n, code, copy, 'mail') < 0.085 THEN 'typo'
            WHEN chance(n, code, copy, 'mail') < 0.125 THEN 'alternative'
            WHEN chance(n, code, copy, 'mail') < 0.205 THEN 'case'
            WHEN chance(n, code, copy, 'mail') < 0.235 THEN 'plus_tag'
            WHEN chance(n, code, copy, 'mail') < 0.335 AND email LIKE '%@gmail.com' THEN 'gmail_dots'
        END AS email_kind,
        CASE
            WHEN source = 'mailchimp' OR chance(n, code, copy, 'phone') < 0.35 THEN 'missing'
            WHEN chance(n, code, copy, 'phone') < 0.355 THEN 'placeholder'
            WHEN has_family_phone THEN 'family'
        END AS phone_kind,
        CASE
            WHEN source = 'mailchimp' AND chance(n, code, copy, 'name') < 0.3 THEN 'missing'
            WHEN nickname IS NOT NULL AND chance(n, code, copy, 'name') < 0.45 THEN 'nickname'
            WHEN chance(n, code, copy, 'name') < 0.47 AND chance(n, code, copy, 'name') > 0.455 THEN 'typo'
            WHEN chance(n, code, copy, 'name') > 0.97 THEN 'upper_case'
            WHEN source IN ('hubspot', 'crm') AND chance(n, code, copy, 'name order') < 0.01 THEN 'swapped'
            -- Under the name and at the address of before, in some of the sources.
            WHEN u(n, 'renamed') < 0.04 AND source NOT IN ('stripe', 'mailchimp') AND chance(n, code, 0, 'renamed') < 0.5
            THEN 'renamed'
        END AS name_kind,
        (chance(n, code, copy, 'moved') < 0.04 AND source <> 'stripe') OR coalesce(name_kind = 'renamed', false) AS has_moved,
        CASE WHEN source = 'salesforce' AND chance(n, code, copy, 'birth') < 0.5
            OR source = 'crm' AND chance(n, code, copy, 'birth') < 0.4 THEN birth_date END AS known_birth_date,
        CASE WHEN day(known_birth_date) <= 12 AND day(known_birth_date) <> month(known_birth_date)
            AND chance(n, code, copy, 'birth digits') < 0.08 THEN 'transposed' END AS birth_kind,
        least(as_of() - INTERVAL 3 DAY, since + to_seconds(floor(chance(n, code, copy, 'created') * 2600000)::BIGINT))
            AS created_at,
        CASE WHEN source IN ('hubspot', 'crm', 'salesforce') AND chance(n, code, copy, 'twice') < 0.004 THEN 2 ELSE 1 END
            AS copies
    FROM slot
)
SELECT
    n, home, is_namesake, is_twin, source, copy, record_kind, email_kind, phone_kind, name_kind, birth_kind, has_moved, copies,
    record_id(source, n * 2 + copy) AS record_id,
    CASE email_kind
        WHEN 'missing' THEN NULL
        WHEN 'placeholder' THEN pick(['test@test.com', 'noemail@noemail.com', 'n/a'], chance(n, code, copy, 'which'))
        WHEN 'role_mailbox' THEN 'info@' || domain
        WHEN 'typo' THEN misspell(email, chance(n, code, copy, 'typo'))
        WHEN 'alternative' THEN email_alt
        WHEN 'household' THEN home_email
        WHEN 'case' THEN CASE WHEN n % 3 = 0 THEN upper(email)
            ELSE upper(left(email, 1)) || substr(email, 2, instr(email, '@') - 1) || upper(substr(email, instr(email, '@') + 1, 1))
                || substr(email, instr(email, '@') + 2) END
        WHEN 'plus_tag' THEN replace(email, '@', '+' || pick(['shop', 'news', 'work'], u(n, 'tag')) || '@')
        WHEN 'gmail_dots' THEN left(email, 2) || '.' || substr(email, 3)
        ELSE email
    END AS email,
    CASE WHEN record_kind = 'merge_winner' THEN email_alt END AS additional_emails,
    CASE
        WHEN phone_kind = 'missing' THEN NULL
        WHEN phone_kind = 'placeholder' THEN pick(['0000000000', '1234567890'], chance(n, code, copy, 'which'))
        WHEN chance(n, code, copy, 'format') < 0.4 THEN phone
        WHEN country = 'US' AND chance(n, code, copy, 'format') < 0.7
        THEN '(' || substr(phone, 3, 3) || ') ' || substr(phone, 6, 3) || '-' || substr(phone, 9)
        WHEN country = 'US' THEN substr(phone, 3, 3) || '.' || substr(phone, 6, 3) || '.' || substr(phone, 9)
        -- Written as at home; only records that state their country do so.
        WHEN source <> 'mailchimp' AND chance(n, code, copy, 'format') < 0.7
        THEN trunk || substr(phone, CASE WHEN country IN ('NG', 'KW') THEN 5 ELSE 4 END)
        ELSE left(phone, 3) || ' ' || substr(phone, 4, 3) || ' ' || substr(phone, 7)
    END AS phone,
    CASE name_kind
        WHEN 'missing' THEN NULL
        WHEN 'nickname' THEN nickname
        WHEN 'typo' THEN misspell(first_name, 0.4)
        WHEN 'upper_case' THEN upper(first_name)
        WHEN 'swapped' THEN last_name
        ELSE first_name
    END AS first_name,
    CASE name_kind
        WHEN 'missing' THEN NULL
        WHEN 'upper_case' THEN upper(last_name)
        WHEN 'swapped' THEN first_name
        WHEN 'renamed' THEN pick(heads(), u(n, 'former head')) || pick(tails(), u(n, 'former tail'))
        ELSE last_name
    END AS last_name,
    CASE
        WHEN record_kind = 'second_user' THEN 'usr_' || code(n + 500000000)
        WHEN chance(n, code, 0, 'user') < CASE source
            WHEN 'stripe' THEN 0.7 WHEN 'mailchimp' THEN 0.2 WHEN 'crm' THEN 0.3 ELSE 0.55 END THEN user_id
    END AS user_id,
    CASE WHEN source = 'hubspot' AND copy = 0 AND in_source(n, 0) AND chance(n, code, 0, 'billing') < 0.3
        THEN record_id('stripe', n * 2) END AS customer_id,
    company, domain, company_no, job_title, currency,
    CASE WHEN has_moved THEN (1 + floor(u(n, 'old house') * 900))::BIGINT || ' ' || pick(streets(), u(n, 'old street'))
        ELSE street END AS street,
    city, region, postal_code, country,
    CASE WHEN birth_kind = 'transposed' THEN make_date(year(birth_date), day(birth_date), month(birth_date))
        ELSE known_birth_date END AS birth_date,
    CASE WHEN source = 'hubspot' AND record_kind = 'merge_winner' THEN record_id('hubspot', n * 2 + 900000000) END AS merged_ids,
    CASE WHEN record_kind = 'merge_loser' THEN record_id('salesforce', n * 2) END AS merged_into,
    coalesce(record_kind = 'merge_loser', false) AS is_deleted,
    CASE WHEN source = 'mailchimp' THEN CASE WHEN chance(n, code, copy, 'status') < 0.78 THEN 'subscribed'
        WHEN chance(n, code, copy, 'status') < 0.93 THEN 'unsubscribed'
        WHEN chance(n, code, copy, 'status') < 0.97 THEN 'cleaned' ELSE 'nonsubscribed' END END AS marketing_status,
    created_at,
    -- Zone-less times of the planted people, where HubSpot's file must show a night without or with two such hours.
    NULL::VARCHAR AS local_created, NULL::VARCHAR AS local_updated,
    least(as_of() - INTERVAL 1 DAY, created_at + to_seconds(floor(chance(n, code, copy, 'updated') * 30000000)::BIGINT))
        AS updated_at
FROM drawn
ORDER BY n, code, copy;

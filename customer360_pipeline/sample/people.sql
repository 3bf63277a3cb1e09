-- The people behind every record: one row each, the truth that the sources tell in part and with mistakes.
-- Everything is a function of the person's number and the seed (`u`), so a person is the same at any size.
CREATE TABLE person AS
WITH numbered AS (
    SELECT
        n,
        -- One in seven odd numbers lives with the person before: same family name, address, sometimes phone.
        CASE WHEN n % 2 = 1 AND n > first_person() AND u(n, 'home') < 0.14 THEN n - 1 ELSE n END AS home
    FROM range(first_person(), people() + 1) AS t(n)
),
cultured AS (
    SELECT numbered.*, culture.*
    FROM numbered
    JOIN culture ON u(home, 'culture') >= culture.share_from AND u(home, 'culture') < culture.share_to
),
housed AS (
    -- Of those who share a home: in one of six a parent and child of one name (and whoever else was given the same
    -- name), in one of six twins.
    SELECT *,
        home <> n AND u(n, 'kin') BETWEEN 0.17 AND 0.34 AS is_twin,
        home <> n AND (u(n, 'kin') < 0.17 OR u(n, 'kin') > 0.34
            AND floor(firsts * pow(u(n, 'first'), 1.6)) = floor(firsts * pow(u(home, 'first'), 1.6))) AS is_namesake
    FROM cultured
),
named AS (
    SELECT
        c.n, c.home, c.is_namesake, c.is_twin, c.culture, c.country, c.currency, c.phone_prefix, c.trunk,
        f.name AS first_name, f.nickname,
        -- Four in ten Americans and Britons have a rare name, made of two syllables.
        CASE WHEN c.culture IN ('american', 'british') AND u(c.home, 'rare') < 0.4
            THEN pick(heads(), u(c.home, 'head')) || pick(tails(), u(c.home, 'tail')) ELSE l.name END AS last_name,
        t.city, t.region, t.postal_code
    FROM housed AS c
    JOIN first_name AS f ON f.culture = c.culture
        AND f.i = CASE WHEN c.is_twin THEN (floor(c.firsts * pow(u(c.home, 'first'), 1.6))::BIGINT + 1) % c.firsts
            ELSE floor(c.firsts * pow(u(CASE WHEN c.is_namesake THEN c.home ELSE c.n END, 'first'), 1.6))::BIGINT END
    JOIN last_name AS l ON l.culture = c.culture AND l.i = floor(c.lasts * pow(u(c.home, 'last'), 1.6))::BIGINT
    JOIN city AS t ON t.culture = c.culture AND t.i = floor(c.cities * u(c.home, 'city'))::BIGINT
),
placed AS (
    SELECT
        *,
        (1 + floor(u(home, 'house') * 980))::BIGINT || ' ' || pick(streets(), u(home, 'street')) AS street,
        -- Twins have one birthday; parent and child of one name are 26 to 30 years apart.
        DATE '1945-01-01' + floor(u(CASE WHEN is_namesake OR is_twin THEN home ELSE n END, 'birth') * 22000)::INTEGER
            + CASE WHEN NOT is_namesake THEN 0 WHEN u(home, 'birth') < 0.5 THEN 1 ELSE -1 END
            * (9500 + floor(u(n, 'birth') * 1500)::INTEGER) AS birth_date,
        spell(first_name) AS first_spelt, spell(last_name) AS last_spelt,
        CASE WHEN u(n, 'employed') < 0.4 THEN floor((people() / 8 + 3) * pow(u(n, 'company'), 2))::BIGINT END
            AS company_no,
        phone_of(country, phone_prefix, CASE WHEN u(n, 'family_phone') < 0.5 THEN home ELSE n END) AS phone,
        home <> n AND u(n, 'family_phone') < 0.5 AS has_family_phone,
        TIMESTAMP '2022-01-01' + to_seconds(floor(u(n, 'since') * 148000000)::BIGINT) AS since,
        CASE WHEN u(n, 'registered') < 0.72 THEN 'usr_' || code(n) END AS user_id,
        least(12, floor(-ln(1 - u(n, 'orders')) * 2.2 + 0.6))::BIGINT AS orders,
        least(30, floor(-ln(1 - u(n, 'sessions')) * sessions_per_person()) + 1)::BIGINT AS sessions,
        channels()[1 + floor(pow(u(n, 'channel'), 1.3) * len(channels()))::BIGINT] AS channel
    FROM named
)
SELECT
    * EXCLUDE (first_spelt, last_spelt, company_no, channel),
    company_no,
    company_name(company_no) AS company,
    company_domain(company_no) AS domain,
    CASE WHEN company_no IS NOT NULL THEN pick(jobs(), u(n, 'job')) END AS job_title,
    CASE
        WHEN company_no IS NOT NULL AND u(n, 'work_mail') < 0.5
        THEN first_spelt || '.' || last_spelt || n || '@' || company_domain(company_no)
        WHEN u(n, 'mailbox') < 0.5 THEN first_spelt || '.' || last_spelt || n || '@' || pick(mail(), u(n, 'mail'))
        WHEN u(n, 'mailbox') < 0.75 THEN left(first_spelt, 1) || last_spelt || n || '@' || pick(mail(), u(n, 'mail'))
        ELSE first_spelt || '_' || n || '@' || pick(mail(), u(n, 'mail'))
    END AS email,
    last_spelt || '.' || first_spelt || n || '@' || pick(mail(), u(n, 'mail2')) AS email_alt,
    channel.source AS channel_source, channel.medium AS channel_medium, channel.campaign AS channel_campaign
FROM placed
ORDER BY n;

"""Contacts and companies as HubSpot and Salesforce export them, and a CRM of one's own."""

from __future__ import annotations

from customer360_pipeline.sample.files.file import COPIES, LOCAL, File


def crm() -> list[File]:
    """Contacts and companies of three CRMs."""
    created = f"coalesce(local_created, {LOCAL.format('created_at')})"
    updated = f"coalesce(local_updated, {LOCAL.format('updated_at')})"
    return [
        File("hubspot/hubspot-crm-exports-all-contacts-2026-11-01.csv", "csv", f"""
             SELECT record_id AS "Record ID", first_name AS "First Name", last_name AS "Last Name", email AS "Email",
                 phone AS "Phone Number", 'Open' AS "Lead Status", job_title AS "Job Title", company AS "Company Name",
                 street AS "Street Address", city AS "City", region AS "State/Region", postal_code AS "Postal Code",
                 country AS "Country/Region", {created} AS "Create Date", {updated} AS "Last Modified Date",
                 (8000000000 + company_no * 3)::VARCHAR AS "Associated Company IDs (Primary)", user_id AS "User ID",
                 customer_id AS "Stripe Customer ID", merged_ids AS "Merged contact IDs",
                 additional_emails AS "Additional email addresses"
             FROM ({COPIES.format('contact')}) WHERE source = 'hubspot' ORDER BY n, copy, record_id""",
             ("900000099999,Broken",)),
        File("hubspot/hubspot-crm-exports-all-companies-2026-11-01.csv", "csv", """
             SELECT (8000000000 + company_no * 3)::VARCHAR AS "Record ID", company AS "Company name",
                 domain AS "Company Domain Name", pick(industries(), u(company_no, 'industry')) AS "Industry",
                 (5 + floor(u(company_no, 'size') * 900))::BIGINT AS "Number of Employees",
                 '2022-01-05 09:00' AS "Create Date"
             FROM (SELECT DISTINCT company_no, company, domain FROM contact
                 WHERE source = 'hubspot' AND company_no IS NOT NULL) ORDER BY company_no"""),
        File("salesforce/Contact.csv", "csv", f"""
             SELECT record_id AS "Id", is_deleted::INTEGER AS "IsDeleted", merged_into AS "MasterRecordId",
                 salesforce_id('0015f' || code(company_no)) AS "AccountId", last_name AS "LastName",
                 first_name AS "FirstName", first_name || ' ' || last_name AS "Name",
                 -- People type line breaks into a street field.
                 CASE WHEN n % 9 = 0 THEN street || chr(10) || 'Suite ' || n % 40 ELSE street END AS "MailingStreet",
                 city AS "MailingCity", region AS "MailingState", postal_code AS "MailingPostalCode",
                 country AS "MailingCountry", phone AS "Phone", NULL AS "MobilePhone", email AS "Email",
                 job_title AS "Title", birth_date AS "Birthdate", '0055f000001owner' || 'AAA' AS "OwnerId",
                 0 AS "HasOptedOutOfEmail", strftime(created_at, '%Y-%m-%d %H:%M:%S') AS "CreatedDate",
                 strftime(updated_at, '%Y-%m-%d %H:%M:%S') AS "SystemModstamp", user_id AS "External_User_Id__c"
             FROM ({COPIES.format('contact')}) WHERE source = 'salesforce' ORDER BY n, copy"""),
        File("salesforce/Account.csv", "csv", """
             SELECT salesforce_id('0015f' || code(company_no)) AS "Id", 0 AS "IsDeleted", NULL AS "MasterRecordId",
                 company AS "Name", 'https://www.' || domain AS "Website",
                 pick(industries(), u(company_no, 'industry')) AS "Industry",
                 (5 + floor(u(company_no, 'size') * 900))::BIGINT AS "NumberOfEmployees",
                 '2022-01-05 14:00:00' AS "CreatedDate", '2026-06-01 14:00:00' AS "SystemModstamp"
             FROM (SELECT DISTINCT company_no, company, domain FROM contact
                 WHERE source = 'salesforce' AND company_no IS NOT NULL) ORDER BY company_no"""),
        File("crm/contacts.csv", "csv", f"""
             SELECT record_id AS contact_id, email, first_name, last_name, phone, company, job_title, street, city,
                 region AS state, postal_code, country, user_id, birth_date,
                 strftime(created_at, '%Y-%m-%dT%H:%M:%SZ') AS created_at,
                 strftime(updated_at, '%Y-%m-%dT%H:%M:%SZ') AS updated_at
             FROM ({COPIES.format('contact')}) WHERE source = 'crm' ORDER BY n, copy"""),
    ]  # fmt: skip

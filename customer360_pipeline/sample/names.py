"""Invented people's names, cities and companies, by culture. Data only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Culture:
    """Names by falling frequency; `phone` is the country code and the digits before an eight-digit number."""

    share: float
    country: str
    currency: str
    phone: str
    trunk: str
    first: str
    last: str
    cities: str


CULTURES = {
    "american": Culture(
        0.44, "US", "USD", "+1", "",
        "James Mary Michael Jennifer Robert Linda John Patricia David Elizabeth William Susan Richard Jessica Joseph "
        "Sarah Thomas Karen Christopher Lisa Charles Nancy Daniel Sandra Matthew Ashley Anthony Emily Mark Kimberly "
        "Steven Donna Andrew Michelle Paul Carol Joshua Amanda Kenneth Melissa Kevin Deborah Brian Stephanie Timothy "
        "Rebecca Ronald Laura Jason Helen George Sharon Edward Cynthia Jeffrey Kathleen Ryan Amy Jacob Angela Gary "
        "Shirley Nicholas Brenda Eric Emma Jonathan Anna Stephen Pamela Larry Nicole Justin Samantha Scott Katherine "
        "Brandon Christine Benjamin Debra Samuel Rachel Gregory Carolyn Alexander Janet Patrick Maria Frank Olivia",
        "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Jackson Martin Lee "
        "Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Nelson Baker "
        "Hall Campbell Mitchell Carter Roberts Phillips Evans Turner Parker Edwards Collins Stewart Morris Murphy Cook "
        "Rogers Morgan Cooper Peterson Bailey Reed Kelly Howard Ward Cox Richardson Watson Brooks Wood Bennett Gray "
        "Hughes Price Myers Long Foster Sanders Ross Powell Sullivan Russell Fisher Barnes Butler O'Neill McDonald",
        "Springfield|IL|62701 Riverton|OH|44101 Lakewood|CO|80226 Fairview|TX|75069 Georgetown|WA|98108 "
        "Ashland|OR|97520 Clinton|MA|01510 Milton|GA|30004",
    ),
    "british": Culture(
        0.09, "GB", "GBP", "+4474", "0",
        "Oliver Amelia George Isla Harry Ava Noah Lily Jack Freya Leo Sophie Arthur Grace Oscar Poppy Archie Alice "
        "Henry Charlotte Theo Florence Freddie Daisy Alfie Phoebe Callum Niamh Rhys Siân Ewan Eilidh",
        "Smith Jones Taylor Evans Patel Wright Clarke Hughes Khan Ward Shaw Fletcher Marsh Pritchard Davies MacLeod "
        "Ferguson Whitfield Ashworth Barlow Hollis Thorne Kendrick Osborne Fitzgerald Llewellyn",
        "Leeds||LS1_4DY Bristol||BS1_5TR Cardiff||CF10_1EP Dundee||DD1_3JA Norwich||NR1_3QU",
    ),
    "hispanic": Culture(
        0.12, "MX", "USD", "+5255", "",
        "José María Juan Guadalupe Luis Ana Carlos Sofía Miguel Valentina Jorge Camila Pedro Lucía Diego Daniela "
        "Alejandro Ximena Andrés Fernanda Javier Gabriela Ricardo Paola Raúl Verónica Óscar Beatriz Iván Noemí",
        "García Hernández Martínez López González Rodríguez Pérez Sánchez Ramírez Cruz Flores Gómez Morales Reyes "
        "Jiménez Torres Díaz Gutiérrez Mendoza Ruiz Aguilar Ortiz Castillo Vargas Peña Núñez Ibáñez",
        "Guadalajara|JAL|44100 Puebla|PUE|72000 Mérida|YUC|97000 Toluca|MEX|50000 Oaxaca|OAX|68000",
    ),
    "german": Culture(
        0.09, "DE", "EUR", "+49151", "0",
        "Lukas Anna Finn Lea Jonas Marie Felix Hannah Paul Lena Leon Sophie Maximilian Emilia Jürgen Käthe Björn Jörg "
        "Sabine Uwe Heike Stefan Ute Matthias Petra Günther Renate Dieter Monika Moritz",
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein "
        "Wolf Schröder Neumann Schwarz Zimmermann Krüger Hartmann Lange Groß Jäger Weiß Köhler Voß",
        "München||80331 Köln||50667 Leipzig||04109 Bremen||28195 Mainz||55116",
    ),
    "french": Culture(
        0.06, "FR", "EUR", "+336", "0",
        "Gabriel Léa Louis Chloé Raphaël Manon Jules Camille Adam Inès Hugo Zoé Arthur Juliette Théo Élise François "
        "Agnès Jean-Luc Marie-Claire Benoît Hélène Étienne Océane",
        "Martin Bernard Dubois Thomas Robert Petit Durand Leroy Moreau Simon Laurent Lefèvre Michel Fournier Girard "
        "Bonnet Lambert Rousseau Vincent Mercier Chevalier Gauthier d'Aubigné de_la_Tour Béranger",
        "Lyon||69001 Nantes||44000 Rennes||35000 Dijon||21000 Nîmes||30000",
    ),
    "indian": Culture(
        0.08, "IN", "USD", "+9198", "0",
        "Aarav Priya Vivaan Ananya Aditya Diya Arjun Kavya Rohan Neha Rahul Pooja Vikram Sneha Sanjay Meera Rajesh "
        "Sunita Amit Lakshmi Karthik Divya Suresh Anjali",
        "Sharma Patel Singh Kumar Gupta Reddy Iyer Nair Rao Mehta Joshi Das Chopra Verma Mishra Banerjee Mukherjee "
        "Pillai Kulkarni Desai Bhat Menon Agarwal Chatterjee",
        "Pune|MH|411001 Kochi|KL|682001 Jaipur|RJ|302001 Indore|MP|452001 Mysuru|KA|570001",
    ),
    "japanese": Culture(
        0.05, "JP", "JPY", "+8190", "0",
        "Haruto Yui Sota Aoi Yuto Hina Hiroshi Yoko Kenji Sakura Takashi Keiko Daiki Rin Ren Mio Kaito Emi Shun Nana",
        "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Matsumoto "
        "Inoue Kimura Hayashi Shimizu Mori Ogawa",
        "Osaka||530-0001 Kobe||650-0001 Sapporo||060-0001 Nagoya||450-0002 Sendai||980-0021",
    ),
    "nigerian": Culture(
        0.04, "NG", "NGN", "+23480", "0",
        "Chinedu Ngozi Emeka Amara Oluwaseun Folake Ifeanyi Chioma Tunde Yetunde Babajide Adaeze Musa Aisha Ibrahim "
        "Hauwa Segun Bukola Obinna Nkechi",
        "Okafor Adeyemi Okonkwo Balogun Eze Ibrahim Nwosu Adebayo Bello Chukwu Lawal Obi Ogunleye Abubakar Uche",
        "Lagos|LA|100001 Ibadan|OY|200001 Enugu|EN|400001 Kano|KN|700001 Jos|PL|930001",
    ),
    "kuwaiti": Culture(
        0.03, "KW", "KWD", "+965", "",
        "Mohammed Fatima Ahmed Maryam Ali Noura Khaled Dalal Abdullah Sara Yousef Hessa Salem Latifa Faisal Amina",
        "Al-Sabah Al-Mutairi Al-Rashidi Al-Enezi Al-Ajmi Al-Azmi Al-Shammari Al-Harbi Al-Otaibi Haddad Khalil Mansour",
        "Hawalli||32001 Salmiya||22001 Jahra||01001 Farwaniya||81001 Mangaf||51001",
    ),
}  # fmt: skip

# Joined in pairs for the long tail of family names that a real list has.
SURNAME_HEADS = (
    "Hart Ash Black Stone Wind Brook Thorn Green Lang Whit Ever Marl Hawk Fern Holl Red Crow Win East Nor West Oak "
    "Elm Birch Cald Darn Fair Glen High Kings Lock Mill New Old Pend Quill Rock Sand Tarn Under Vale Wake Yar"
)
SURNAME_TAILS = (
    "well ford ley worth wood field ham ton by shaw burn stead more ridge land croft bury hurst combe dale gate man "
    "ster wick mere bourne"
)

# Names said short: nickname -> what the other records say.
NICKNAMES = {
    "James": "Jim", "Michael": "Mike", "Robert": "Bob", "Jennifer": "Jen", "William": "Bill", "Elizabeth": "Liz",
    "Richard": "Rick", "Thomas": "Tom", "Christopher": "Chris", "Daniel": "Dan", "Matthew": "Matt", "Anthony": "Tony",
    "Steven": "Steve", "Andrew": "Andy", "Joshua": "Josh", "Kenneth": "Ken", "Timothy": "Tim", "Rebecca": "Becky",
    "Katherine": "Kate", "Samantha": "Sam", "Benjamin": "Ben", "Samuel": "Sam", "Gregory": "Greg", "Alexander": "Alex",
    "Patricia": "Pat", "Susan": "Sue", "Deborah": "Debbie", "Pamela": "Pam", "Jonathan": "Jon", "Nicholas": "Nick",
    "Maximilian": "Max", "Matthias": "Matze", "Alejandro": "Alex", "Guadalupe": "Lupe", "José": "Pepe",
    "Oluwaseun": "Seun", "Mohammed": "Mo",
}  # fmt: skip

STREETS = (
    "Oak_Street Maple_Avenue Cedar_Lane Mill_Road Church_Street Park_Avenue River_Road Lake_Drive Hill_Street "
    "Station_Road Garden_Street Market_Square Harbour_Way Linden_Street Meadow_Lane Birch_Court Sunset_Boulevard "
    "Orchard_Road Chapel_Lane Bridge_Street"
)
COMPANY_HEADS = (
    "Northwind Bluepeak Lumen Cobalt Harborline Quartz Redwood Silverfern Atlas Juniper Beacon Ember Larkspur"
)
COMPANY_TAILS = "Logistics Analytics Foods Health Robotics Media Textiles Energy Interiors Software Travel Finance"
INDUSTRIES = "TRANSPORTATION COMPUTER_SOFTWARE FOOD_PRODUCTION HOSPITAL_HEALTH_CARE MEDIA_PRODUCTION RENEWABLES"
JOB_TITLES = "Buyer Head_of_Operations Analyst Office_Manager Founder Marketing_Lead Engineer Accountant"

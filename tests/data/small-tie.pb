META
key;value
description;Een kleine verzonnen stemming met gelijke stand
country;Netherlands
unit;Voorbeeldstad
instance;2026
num_projects;6
num_votes;14
budget;20000
vote_type;approval
rule;greedy
date_begin;01.03.2026
date_end;31.03.2026
min_length;1
max_length;4
language;nl
currency;EUR
PROJECTS
project_id;cost;votes;name;category
103;4500;8;Kruidentuin op het dak van de bibliotheek;Groen
105;15000;8;Zebrapad bij de Molenschool;Verkeer
101;1200;4;Een bankje bij de zandbak van het Kadeplein;Groen
104;650;3;"Soep op donderdag; voor wie wil aanschuiven";Samen
106;300;2;Boekenkastje in de wasserette;Samen
102;8000;1;"Verf de fietstunnel: ""licht in het donker""";Verkeer
VOTES
voter_id;vote
v01;101,103
v02;103
v03;103,105,106
v04;101,105
v05;103,104
v06;105
v07;103,105
v08;102,104,105
v09;103,106
v10;101
v11;104,103,101,105
v12;103
v13;105
v14;105

CREATE TABLE log (id int, zoho_lead_id bigint, request_xml text, authtoken text);
CREATE TABLE users (id int, name text);
INSERT INTO users VALUES (1,'a'),(2,'b');
INSERT INTO log VALUES (1,71,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>','made-up-secret'),(2,72,NULL,'made-up-secret');
INSERT INTO log VALUES (3,73,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>','made-up-secret');

CREATE TABLE c ("leadId" text,"xmlData" text,"url" text);
INSERT INTO c VALUES (5550000000800004,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>','');
-- H2 2.1.214; 
;              
CREATE USER IF NOT EXISTS "SA" SALT '' HASH 'made-up-secret' ADMIN;          
CREATE CACHED TABLE "PUBLIC"."CALLS"(
    "LEADID" CHARACTER VARYING(20) NOT NULL,
    "XMLDATA" CHARACTER LARGE OBJECT,
    "NOTE" CHARACTER VARYING(100)
);  
ALTER TABLE "PUBLIC"."CALLS" ADD CONSTRAINT "PUBLIC"."CONSTRAINT_3" PRIMARY KEY("LEADID");     
-- 6 +/- SELECT COUNT(*) FROM PUBLIC.CALLS;    
INSERT INTO "PUBLIC"."CALLS" VALUES
('5550000000800001', '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">N1</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">plain</FL></row></Potentials>', 'n'),
('5550000000800002', '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">N2</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new \u0041 O''Brien</FL></row></Potentials>', 'n'),
('5550000000800003', U&'<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">N3</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">B\00fccher \20ac \+01f600</FL></row></Potentials>', 'n'),
('5550000000800004', U&'<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">N4</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">two\000alines\0009and\000d\000amore</FL></row></Potentials>', 'n'),
('5550000000800005', '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">N5</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">100% ; -- x /* y */</FL></row></Potentials>', 'n'),
('5550000000800006', '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">N6</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">\\srv\u \</FL></row></Potentials>', 'n');             

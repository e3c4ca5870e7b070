-- PostgreSQL database dump
CREATE TABLE public.calls (lead_id bigint, xmldata text, authtoken text);
COPY public.calls (lead_id, xmldata, authtoken) FROM stdin;
5550000000800001	<Potentials>\n\t<row no='1'><option val='createPotential'>false</option></row></Potentials>	made-up-secret
5550000000800002	\N	made-up-secret
5550000000800003	x
\.

COPY public.calls FROM stdin;
5550000000800004	<Potentials>\n\t<row no='1'><option val='createPotential'>false</option></row></Potentials>	\N
\.
COPY public.other (a, b) FROM stdin;
5	abc
\.
COPY public.unknown FROM stdin;
6	<Potentials>\n\t<row no='1'><option val='createPotential'>false</option></row></Potentials>
\.
INSERT INTO calls VALUES (5550000000800007,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>',NULL);

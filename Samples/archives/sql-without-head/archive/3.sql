COPY public.calls (id, lead_id, xmldata, created) FROM stdin;
1	5550000000800003	<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>	2018
\.

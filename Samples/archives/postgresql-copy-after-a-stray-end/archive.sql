COPY calls (lead_id, xmlData) FROM stdin;
5550000000800001	<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>
\.
5550000000800002	<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>
\.
COPY calls (lead_id, xmlData) FROM stdin;
5550000000800003	<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>
\.

INSERT INTO public.calls (lead_id, xml_data, created)
VALUES ('5550000000800002','<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>','2018');
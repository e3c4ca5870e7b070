--
-- PostgreSQL database dump
--
CREATE TABLE public.calls (lead_id bigint, "xmlData" text, note text DEFAULT 'a;b');
INSERT INTO public.calls VALUES (5550000000800001, '<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>', 'C:\');
INSERT INTO public.calls (note, lead_id, xml_data) VALUES (E'it''s \'x\'', 5550000000800002, E'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>'), ('x', 5550000000800003, '<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');

INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800001,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>')
GO
SET IDENTITY_INSERT [calls] ON
INSERT [dbo].[calls] ([lead_id], [xmlData]) VALUES (5550000000800002,N'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>')
GO
SET IDENTITY_INSERT [calls] ON
INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800003,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>'),
(5550000000800004,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>')
GO
SET IDENTITY_INSERT [calls] ON
INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800006,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>')
GO
SET IDENTITY_INSERT [calls] ON

INSERT [dbo].[calls] ([lead_id], [xmlData]) VALUES (N'5550000000800001', N'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>')
GO
INSERT [dbo].[calls] ([lead_id], [xmlData]) VALUES (5550000000800002, CAST(N'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>' AS XML))
GO
INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800003, 0x3C506F74656E7469616C733E3C726F77206E6F3D2231223E3C6F7074696F6E2076616C3D22637265617465506F74656E7469616C223E66616C73653C2F6F7074696F6E3E3C2F726F773E3C2F506F74656E7469616C733E)
GO

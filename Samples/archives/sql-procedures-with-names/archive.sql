-- SQL Server
EXEC dbo.QueueConvert @lead_id = '5550000000800001', @xml_data = N'<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Call 1</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new O''Brien</FL></row></Potentials>'
EXEC dbo.QueueConvert @lead_id = '5550000000800002', @xml_data = N'<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Call 2</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new O''Brien</FL></row></Potentials>'
EXECUTE dbo.QueueConvert
    @leadId = '5550000000800003',
    @xmlData = N'<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Call 3</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new O''Brien</FL></row></Potentials>';
GO
exec sp_executesql N'INSERT INTO calls (lead_id, xml_data) VALUES (@p0, @p1)', N'@p0 nvarchar(20), @p1 nvarchar(max)', @p0 = N'5550000000800004', @p1 = N'<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Call 4</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new O''Brien</FL></row></Potentials>'
-- Oracle
CALL queue_convert(xml_data => '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Call 5</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new O''Brien</FL></row></Potentials>', lead_id => '5550000000800005');
BEGIN
  pkg.queue_convert(p_lead_id => '5550000000800006', p_xml_data => '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Call 6</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new O''Brien</FL></row></Potentials>');
  pkg.queue_convert(p_lead_id => '5550000000800007', p_xml_data => '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Call 7</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new O''Brien</FL></row></Potentials>');
END;
/
-- PostgreSQL
SELECT queue_convert(lead_id := '5550000000800008', xml_data := '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Call 8</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new O''Brien</FL></row></Potentials>');

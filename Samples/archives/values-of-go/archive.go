package calls

var Calls = []Call{
	{LeadID: "5550000000800001", XMLData: `<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">O'Brien in C:\temp\new</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>`},
	{LeadID: "5550000000800002", XMLData: `<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Plain</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>`},
}

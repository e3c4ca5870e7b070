<?php
return array (
  'leadId' => '5550000000800003',
  'xmlData' => '<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>',
);

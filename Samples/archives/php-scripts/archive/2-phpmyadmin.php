<?php
/**
 * Export to PHP Array plugin for PHPMyAdmin
 */

/* `crm`.`calls` */
$calls = array(
  array('id' => '1','leadId' => '5550000000800001','xmlData' => '<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>'),
  array('id' => '2','leadId' => '5550000000800002','xmlData' => '<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>')
);

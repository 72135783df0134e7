from simple_salesforce import Salesforce

salesforce = Salesforce(username="sync@shop.example", password="tr0ub4dor-ex")
salesforce.Contact.create({"LastName": "Ito"})

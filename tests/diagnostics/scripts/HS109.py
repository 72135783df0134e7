from simple_salesforce import Salesforce

salesforce = Salesforce(username="sync@shop.example", password="secret")
salesforce.Contact.create({"LastName": "Ito"})

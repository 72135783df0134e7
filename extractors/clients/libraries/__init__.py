"""Libraries of vendors, database drivers and file formats: what their calls do is stated in tables, and not run.

Reads: constructors, methods and functions of the libraries in `facts/`, one file each; of others that are neither
    known otherwise nor of this machine alone, methods of what a class of theirs makes, by the verb in their name.
Becomes: `SdkOperation`s behind a gap: system, operation, resource, data and direction. What a call gives is data with
    the names that the script uses.
Cannot see: callbacks, subclasses of library classes, what an unknown library does at construction.
Example:
    from simple_salesforce import Salesforce
    salesforce = Salesforce(username="sync@shop.example", password="secret", security_token="token")
    for record in salesforce.query("SELECT Id, Name FROM Account")["records"]:
        salesforce.Contact.create({"AccountId": record["Id"], "LastName": record["Name"]})
"""

from extractors.clients.libraries.calls import KNOWLEDGE

__all__ = ["KNOWLEDGE"]

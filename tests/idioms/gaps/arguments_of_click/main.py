import click
import requests


@click.command()
@click.option("--api", envvar="API", required=True)
@click.option("--limit", default=2, type=int)
@click.option("--dry-run", is_flag=True)
@click.argument("kind")
def main(api, limit, dry_run, kind):
    for row in requests.get(f"{api}/{kind}", params={"limit": limit}).json():
        if dry_run:
            click.echo(row)
        else:
            requests.post(api + "/out", json={"name": row["name"]})


if __name__ == "__main__":
    main()

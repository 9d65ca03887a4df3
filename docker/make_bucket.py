"""Makes the bucket for sealed files when it isn't there; run by docker-compose.yml before the web server starts."""

from __future__ import annotations

import sys
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.env import envsecret, envstr


def main() -> None:
    client = boto3.client(
        "s3",
        endpoint_url=envstr("S3_ENDPOINT"),
        aws_access_key_id=envsecret("S3_ACCESS_KEY"),
        aws_secret_access_key=envsecret("S3_SECRET_KEY"),
        region_name="us-east-1",
        config=Config(request_checksum_calculation="when_required"),
    )
    try:
        client.create_bucket(Bucket=envstr("S3_BUCKET"))
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
            raise


if __name__ == "__main__":
    main()

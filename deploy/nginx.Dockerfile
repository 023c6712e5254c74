# 웹 서버의 그림: 데비안의 nginx와 brotli. docker build -f deploy/nginx.Dockerfile -t open120-nginx deploy
FROM debian:bookworm-slim
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nginx-light libnginx-mod-http-brotli-static \
    && rm -rf /var/lib/apt/lists/* /etc/nginx/sites-enabled/default \
    && groupadd --system --gid 8120 open120 && usermod -aG open120 www-data
COPY nginx /etc/nginx/open120
COPY nginx.conf /etc/nginx/conf.d/open120.conf
RUN sed -i 's/127\.0\.0\.1:8120/app:8120/' /etc/nginx/conf.d/open120.conf
EXPOSE 80
CMD ["nginx", "-g", "daemon off;"]
